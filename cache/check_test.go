package cache

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// replaced is an account whose photos are others from some time on, which no
// record shows.
type replaced struct {
	*account
	now bool
}

func (s *replaced) Photo(ctx context.Context, m bigin.Module, id bigin.RecordID) (*bigin.Photo, error) {
	p, err := s.account.Photo(ctx, m, id)
	if err == nil && s.now {
		b := make([]byte, p.Size())
		b[0] = 1
		p = bigin.NewPhoto(b)
	}
	return p, err
}

// A tool that only looks at sizes, night after night, finds out that records do
// not tell of new photos, at the cost of one call for a hundred of them; where
// they do tell, it costs no more than that.
func TestNightlyLooksFindOutThatRecordsDoNotTell(t *testing.T) {
	for _, n := range []int{1, 7, 50, 450, 1000} {
		for _, tells := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				a := &replaced{account: newAccount(n, 0)}
				state := filepath.Join(t.TempDir(), "default")
				c := keeping(t, a, state, slog.New(slog.DiscardHandler))
				c.o.Ahead = ahead
				nightly := func() (calls int) {
					before := a.calls()[0]
					for _, r := range listed(t, c, -1) {
						if _, _, ok := c.Remembered(t.Context(), contacts, r.ID); !ok {
							mustPhoto(t, c, r.ID)
						}
					}
					synctest.Wait()
					time.Sleep(attrTTL)
					listed(t, c, -1) // as whoever comes next does
					return a.calls()[0] - before
				}
				if got := nightly(); got != n {
					t.Fatalf("%d calls for %d photos", got, n)
				}
				c.Close() // what is in memory would be found there
				c = keeping(t, a, state, slog.New(slog.DiscardHandler))
				c.o.Ahead = ahead
				if got := nightly(); got != 0 {
					t.Errorf("of %d: %d calls on the same day", n, got)
				}
				a.now = !tells
				time.Sleep(24 * time.Hour)
				first := nightly()
				if first < 1 {
					t.Errorf("of %d: none was asked for after a day", n)
				}
				if got := c.Stats().Modules[0].Believed; got != tells {
					t.Errorf("of %d: records are believed: %t, want %t", n, got, tells)
				}
				if got := first + nightly() + nightly(); tells && got > n/checkEvery+1 {
					t.Errorf("of %d: %d calls on that day", n, got)
				}
			})
		}
	}
}

// Two neighbours that changed are no reason to fetch all others anew for a tool
// that compares sizes first.
func TestLooksAtKnownSizesFetchNothingAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 600
		a := newAccount(n, 0)
		state := filepath.Join(t.TempDir(), "default")
		c := keeping(t, a, state, slog.New(slog.DiscardHandler))
		listed(t, c, -1)
		for i := range n {
			mustPhoto(t, c, id(i))
		}
		c.Close()
		c = keeping(t, a, state, slog.New(slog.DiscardHandler))
		c.o.Ahead = ahead
		a.set(func(a *account) {
			for _, i := range []int{20, 21, 22} {
				a.records[i].Modified, a.records[i].Image = time.Now().UTC(), 2
			}
		})
		time.Sleep(time.Minute)
		listed(t, c, -1)
		before := a.calls()[0]
		for i := range n {
			if _, _, ok := c.Remembered(t.Context(), contacts, id(i)); ok {
				continue
			}
			p := mustPhoto(t, c, id(i))
			synctest.Wait()
			if i == 20 || i == 21 || i == 22 { // what differs is read
				if _, err := photoOf(t.Context(), c, id(i), p.Version()); err != nil {
					t.Error(err)
				}
			}
			synctest.Wait()
		}
		if got := a.calls()[0] - before; got > 3+2*sureWindow {
			t.Errorf("%d calls for three photos that changed", got)
		}
	})
}
