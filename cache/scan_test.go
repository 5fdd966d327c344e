package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/biginfs/biginfs/bigin"
)

// drain reads a scan to its end or to an error.
func drain(ctx context.Context, s *scan) (n int, err error) {
	for id := bigin.RecordID(0); ; n++ {
		r, ok, err := s.after(ctx, id)
		if err != nil || !ok {
			return n, err
		}
		id = r.ID
	}
}

// A listing that has no end gets one, which says why.
func TestScanWithoutEnd(t *testing.T) {
	for _, c := range []struct {
		name    string
		perPage int
		calls   int // at most
		want    string
	}{
		{"short pages", 1, 12, "not full"},
		{"full pages", bigin.PerPage, maxRecords/bigin.PerPage + 10, "more than 2000000 records"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var calls atomic.Int32
			s := newScan(newLives(), pages{fromStart: func(token string) (bigin.Page, error) {
				calls.Add(1)
				first := 0
				_, _ = fmt.Sscan(token, &first)
				p := bigin.Page{Next: fmt.Sprint(first + c.perPage)}
				for i := range c.perPage {
					p.Records = append(p.Records, bigin.Record{ID: bigin.RecordID(first + i + 1)})
				}
				return p, nil
			}, fromEnd: func(string) (bigin.Page, error) { return bigin.Page{}, errors.New("network") }}, nil)
			s.mu.Lock()
			s.want(1 << 30)
			s.mu.Unlock()
			n, err := drain(t.Context(), s)
			if !errors.Is(err, bigin.ErrProtocol) || !strings.Contains(err.Error(), c.want) || int(calls.Load()) > c.calls {
				t.Errorf("%v after %d records and %d calls", err, n, calls.Load())
			}
		})
	}
}

// Whatever stops a listing is an error, whatever it calls itself, and not the end.
func TestScanOfErrors(t *testing.T) {
	for _, failure := range []error{io.EOF, fmt.Errorf("list: %w", io.EOF), io.ErrUnexpectedEOF, context.DeadlineExceeded, bigin.ErrNoRecord, bigin.ErrNoPhoto} {
		for at := range 3 {
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(600, 0)
				a.onPage = func(_ context.Context, page int) error {
					if page == at {
						return failure
					}
					return nil
				}
				c := over(t, a)
				l := c.Listing(contacts)
				for id, n := bigin.RecordID(0), 0; ; n++ {
					r, ok, err := l.After(t.Context(), id)
					if err == nil && !ok || n > 600 {
						t.Fatalf("%v on page %d reads as the end after %d records", failure, at, n)
					}
					if err != nil {
						if !errors.Is(err, failure) {
							t.Error(err)
						}
						break
					}
					id = r.ID
				}
			})
		}
	}
}

// Where page tokens end, both ends may still meet; where they do not, the
// error says what still works.
func TestScanWherePageTokensEnd(t *testing.T) {
	for n, whole := range map[int]bool{1900: true, 1999: true, 2000: false, 2600: false} {
		a := newAccount(n, 3)
		capped := func(ask func(string) (bigin.Page, error)) func(string) (bigin.Page, error) {
			calls := 0
			return func(token string) (bigin.Page, error) {
				if calls++; calls > 5 {
					return bigin.Page{}, fmt.Errorf("list: %w", refusal(400, bigin.PaginationLimit))
				}
				return ask(token)
			}
		}
		ends := a.ends()
		got, err := drain(t.Context(), newScan(newLives(), pages{fromStart: capped(ends.fromStart), fromEnd: capped(ends.fromEnd)}, nil))
		if whole && (got != n || err != nil) || !whole && (!errors.Is(err, errUnlisted) || !strings.Contains(err.Error(), "by its id")) {
			t.Errorf("%d of %d records: %v", got, n, err)
		}
	}
}

// While a module is listed for the first time, the order of what is there is
// made once for each page, and not for each photo that is read.
func TestOrderWhileListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5000, 0)
		c := over(t, a)
		for n, more := range []int{1, 800, 1} {
			listed(t, c, n*400+more)
			synctest.Wait()
			first := c.order(contacts)
			if first == nil || first.size < n*400+more || c.order(contacts) != first {
				t.Errorf("after %d pages the order is made anew for each photo", a.calls()[2])
			}
		}
		listed(t, c, -1)
		if whole, _ := c.index(contacts).state(); c.order(contacts) != whole {
			t.Error("the order is not that of the listing")
		}
	})
}
