package cache

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// 1,000 records cost 5 calls and, while they are fresh, no more.
func TestListingCosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		c := over(t, a)
		for range 3 {
			got := listed(t, c, -1)
			if !slices.EqualFunc(got, a.records, func(a, b bigin.Record) bool {
				return a.ID == b.ID && a.Name == b.Name && a.Modified.Equal(b.Modified) && a.Image == b.Image
			}) {
				t.Errorf("%d records", len(got))
			}
		}
		a.wantCalls(t, 0, 0, 5)
		time.Sleep(attrTTL - 1)
		listed(t, c, -1)
		a.wantCalls(t, 0, 0, 5)
		time.Sleep(1 * time.Nanosecond)
		listed(t, c, -1)
		a.wantCalls(t, 0, 0, 10)
	})
}

func TestListingSizes(t *testing.T) {
	for n, calls := range map[int]int{0: 1, 1: 1, 199: 1, 200: 1, 201: 2, 400: 2, 401: 3} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(n, 0)
			c := over(t, a)
			if got := len(listed(t, c, -1)); got != n {
				t.Errorf("%d records, want %d", got, n)
			}
			a.wantCalls(t, 0, 0, calls)
			if _, err := c.Listing(contacts).At(t.Context(), n+5000); err != io.EOF {
				t.Error(err)
			}
		})
	}
}

// Pages are loaded as a reader comes near them, one ahead.
func TestListingOnDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(longListing, 0)
		a.onPage = func(context.Context, int) error { time.Sleep(time.Second); return nil }
		c := over(t, a)
		at := c.Listing(contacts).At
		synctest.Wait()
		a.wantCalls(t, 0, 0, 0) // nobody read
		begin := time.Now()
		if _, err := at(t.Context(), 0); err != nil || time.Since(begin) != time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		time.Sleep(30 * time.Second)
		a.wantCalls(t, 0, 0, 2)
		for _, step := range []struct{ i, pages int }{{199, 2}, {200, 3}, {399, 3}, {400, 4}, {700, 5}} {
			if _, err := at(t.Context(), step.i); err != nil {
				t.Error(err)
			}
			time.Sleep(5 * time.Second)
			a.wantCalls(t, 0, 0, step.pages)
		}
	})
}

// 24 readers side by side cost no more than one.
func TestListingReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		a.onPage = func(context.Context, int) error { time.Sleep(time.Second); return nil }
		c := over(t, a)
		done := make(chan int, 24)
		for range 24 {
			go func() { done <- len(listed(t, c, -1)) }()
		}
		for range 24 {
			if n := <-done; n != 1000 {
				t.Errorf("%d records", n)
			}
		}
		a.wantCalls(t, 0, 0, 5)
	})
}

// After a failure a listing goes on where it stopped, for the one who asks
// again; what was there stays.
func TestListingGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		boom := errors.New("connection refused")
		var failing atomic.Bool
		failing.Store(true)
		a.onPage = func(_ context.Context, page int) error {
			time.Sleep(time.Second)
			if page == 2 && failing.Load() {
				return boom
			}
			return nil
		}
		c := over(t, a)
		at := c.Listing(contacts).At
		for i := range 400 {
			if _, err := at(t.Context(), i); err != nil {
				t.Fatal(i, err)
			}
		}
		time.Sleep(10 * time.Second)
		if _, err := at(t.Context(), 400); err != boom {
			t.Error(err)
		}
		if r, err := at(t.Context(), 399); err != nil || r.ID != id(399) {
			t.Error(r, err)
		}
		time.Sleep(10 * time.Second)
		failing.Store(false)
		before := a.calls()[2]
		for i := range 1000 {
			if r, err := at(t.Context(), i); err != nil || r.ID != id(i) {
				t.Fatal(i, r, err)
			}
		}
		if got := a.calls()[2] - before; got != 3 {
			t.Errorf("%d calls for the three pages that lacked", got)
		}
		if _, err := at(t.Context(), 1000); err != io.EOF {
			t.Error(err)
		}
	})
}

// Those who wait when a page fails learn why; a caller that gives up goes
// alone.
func TestListingFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		boom := errors.New("connection refused")
		a.onPage = func(ctx context.Context, page int) error { time.Sleep(time.Second); return boom }
		c := over(t, a)
		errs := make(chan error, 24)
		for range 24 {
			go func() { _, err := c.Listing(contacts).At(t.Context(), 0); errs <- err }()
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("control-C")
		go func() { synctest.Wait(); cancel(why) }()
		if _, err := c.Listing(contacts).At(ctx, 0); err != why {
			t.Error(err)
		}
		for range 24 {
			if err := <-errs; err != boom {
				t.Error(err)
			}
		}
		a.wantCalls(t, 0, 0, 1)
	})
}

// Foreign answers that cannot be a listing.
func TestListingOutOfOrder(t *testing.T) {
	page := func(next string, ids ...bigin.RecordID) bigin.Page {
		p := bigin.Page{Next: next}
		for _, id := range ids {
			p.Records = append(p.Records, bigin.Record{ID: id})
		}
		return p
	}
	for _, c := range []struct {
		name  string
		pages map[string]bigin.Page
		want  []bigin.RecordID // nil: ErrProtocol
	}{
		{"ascending", map[string]bigin.Page{"": page("x", 1, 2), "x": page("", 3)}, []bigin.RecordID{1, 2, 3}},
		{"overlapping", map[string]bigin.Page{"": page("x", 1, 2, 3), "x": page("", 2, 3, 4)}, []bigin.RecordID{1, 2, 3, 4}},
		{"an empty end", map[string]bigin.Page{"": page("x", 1, 2), "x": page("")}, []bigin.RecordID{1, 2}},
		{"descending", map[string]bigin.Page{"": page("", 3, 2, 1)}, nil},
		{"twice the same", map[string]bigin.Page{"": page("", 1, 1)}, nil},
		{"again and again", map[string]bigin.Page{"": page("x", 1, 2), "x": page("x", 1, 2)}, nil},
		{"nothing, and more to come", map[string]bigin.Page{"": page("x")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newListing(pages{fromStart: func(token string) (bigin.Page, error) { return c.pages[token], nil }}, func() {})
				var got []bigin.RecordID
				for i := 0; ; i++ {
					r, err := l.At(t.Context(), i)
					if err == io.EOF {
						break
					}
					if err != nil {
						if got = nil; !errors.Is(err, bigin.ErrProtocol) {
							t.Error(err)
						}
						break
					}
					got = append(got, r.ID)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("%v, want %v", got, c.want)
				}
			})
		})
	}
}

// Who looks for one record does not wait for the listing of all.
func TestFindDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 4)
		release := make(chan struct{})
		a.onPage = func(_ context.Context, page int) error {
			if page > 0 {
				<-release
			}
			return nil
		}
		c := over(t, a)
		go listed(t, c, -1)
		synctest.Wait()
		begin := time.Now()
		if r, err := c.Record(t.Context(), contacts, id(3)); err != nil || r.HasPhoto() || r.Name != "r3" {
			t.Error(r, err)
		}
		if r, ok := c.Known(contacts, id(100)); !ok || r.Name != "r100" {
			t.Error(r, ok)
		}
		if r, ok := c.Known(contacts, id(900)); ok {
			t.Error(r)
		}
		a.wantCalls(t, 0, 0, 2)
		if _, err := c.Record(t.Context(), contacts, id(900)); err != nil {
			t.Error(err)
		}
		a.wantCalls(t, 1, 0, 2)
		if spent := time.Since(begin); spent > 0 {
			t.Errorf("after %v", spent)
		}
		close(release)
		synctest.Wait()
	})
}

// Half a listing ends its life like a whole one, and one that was overtaken
// does not come back.
func TestListingThatNobodyReadsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		c := over(t, a)
		old := c.Listing(contacts).At
		old(t.Context(), 0)
		time.Sleep(attrTTL)
		a.setPhoto(id(5), false)
		listed(t, c, 1)
		synctest.Wait() // for the page ahead of the reader
		a.wantCalls(t, 0, 0, 4)
		if r, err := c.Record(t.Context(), contacts, id(5)); err != nil || r.HasPhoto() {
			t.Error(r, err)
		}
		for i := range 1000 { // the old one is read on
			if r, err := old(t.Context(), i); err != nil || r.ID != id(i) {
				t.Fatal(i, r, err)
			}
		}
		if r, err := c.Record(t.Context(), contacts, id(5)); err != nil || r.HasPhoto() {
			t.Error("the old listing is back")
		}
		a.wantCalls(t, 0, 0, 7)
	})
}

// While a listing is loaded anew, what the old one said is not forgotten.
func TestKnownWhileListingAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		c := over(t, a)
		listed(t, c, -1)
		for range 3 {
			time.Sleep(attrTTL)
			listed(t, c, 1)
			synctest.Wait()
			if r, ok := c.Known(contacts, id(900)); !ok || r.Name != "r900" {
				t.Error(r, ok)
			}
		}
		a.mu.Lock()
		a.records = a.records[:500]
		a.mu.Unlock()
		time.Sleep(attrTTL)
		listed(t, c, -1)
		synctest.Wait()
		if r, ok := c.Known(contacts, id(900)); ok {
			t.Error(r, "is gone, and the new listing is whole")
		}
		if l, _, _ := c.listings.get(string(contacts)); l.before != nil {
			t.Error("the old listing is kept in memory")
		}
	})
}
