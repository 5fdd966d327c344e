package cache

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// 1,000 records cost 5 calls, and 2 again when they are past their time.
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
		a.wantCalls(t, 0, 0, 5)
		if got := a.renewals(); got != 2 {
			t.Errorf("%d calls for a listing that did not change, want 2", got)
		}
	})
}

// That there are no records counts when a second answer says the same.
func TestListingSizes(t *testing.T) {
	for n, calls := range map[int]int{0: 2, 1: 1, 199: 1, 200: 1, 201: 2, 400: 2, 401: 3} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(n, 0)
			c := over(t, a)
			if got := len(listed(t, c, -1)); got != n {
				t.Errorf("%d records, want %d", got, n)
			}
			a.wantCalls(t, 0, 0, calls)
			if _, err := at(c.Listing(contacts).After)(t.Context(), n+5000); err != errEnd {
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
		at := at(c.Listing(contacts).After)
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

// After a failure a listing goes on where it stopped when it is asked again; what
// was there stays.
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
		at := at(c.Listing(contacts).After)
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
		if _, err := at(t.Context(), 1000); err != errEnd {
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
			go func() { _, err := at(c.Listing(contacts).After)(t.Context(), 0); errs <- err }()
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("control-C")
		go func() { synctest.Wait(); cancel(why) }()
		if _, err := at(c.Listing(contacts).After)(ctx, 0); err != why {
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

// Answers from others that cannot be a listing.
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
		{"an empty end", map[string]bigin.Page{"": page("x", 1, 2), "x": page(""), "end": page("", 2, 1)}, []bigin.RecordID{1, 2}},
		{"empty", map[string]bigin.Page{"": page("")}, []bigin.RecordID{}},
		{"an empty page amid", map[string]bigin.Page{"": page("x", 1, 2), "x": page(""), "end": page("", 3, 2, 1)}, nil},
		{"an empty page, and an empty end", map[string]bigin.Page{"": page("x", 1, 2), "x": page("")}, nil},
		{"an empty start", map[string]bigin.Page{"": page(""), "end": page("", 3, 2, 1)}, nil},
		{"descending", map[string]bigin.Page{"": page("", 3, 2, 1)}, nil},
		{"twice the same", map[string]bigin.Page{"": page("", 1, 1)}, nil},
		{"again and again", map[string]bigin.Page{"": page("x", 1, 2), "x": page("x", 1, 2)}, nil},
		{"nothing, and more to come", map[string]bigin.Page{"": page("x")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScan(newLives(), pages{
					fromStart: func(token string) (bigin.Page, error) { return c.pages[token], nil },
					fromEnd:   func(string) (bigin.Page, error) { return c.pages["end"], nil },
				}, nil)
				got := []bigin.RecordID{}
				for last := bigin.RecordID(0); ; {
					r, ok, err := s.after(t.Context(), last)
					if err == nil && !ok {
						break
					}
					if err != nil {
						if got = nil; !errors.Is(err, bigin.ErrProtocol) {
							t.Error(err)
						}
						break
					}
					got = append(got, r.ID)
					last = r.ID
				}
				if !slices.Equal(got, c.want) || (got == nil) != (c.want == nil) {
					t.Errorf("%v, want %v", got, c.want)
				}
			})
		})
	}
}

// Looking for one record does not wait for the listing of all.
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
		if r, err := record(t.Context(), c, id(3)); err != nil || r.HasPhoto() || r.Name != "r3" {
			t.Error(r, err)
		}
		if r, _, ok := c.Known(contacts, id(100)); !ok || r.Name != "r100" {
			t.Error(r, ok)
		}
		if r, _, ok := c.Known(contacts, id(900)); ok {
			t.Error(r)
		}
		a.wantCalls(t, 0, 0, 2)
		if _, err := record(t.Context(), c, id(900)); err != nil {
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
		old := at(c.Listing(contacts).After)
		if _, err := old(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		time.Sleep(attrTTL)
		a.setPhoto(id(5), false)
		listed(t, c, 1)
		synctest.Wait() // for the page ahead of the reader
		a.wantCalls(t, 0, 0, 4)
		if r, err := record(t.Context(), c, id(5)); err != nil || r.HasPhoto() {
			t.Error(r, err)
		}
		for i := range 1000 { // the old one is read on
			if r, err := old(t.Context(), i); err != nil || r.ID != id(i) {
				t.Fatal(i, r, err)
			}
		}
		if r, err := record(t.Context(), c, id(5)); err != nil || r.HasPhoto() {
			t.Error("the old listing is back")
		}
		a.wantCalls(t, 0, 0, 7)
	})
}

// While a listing is loaded again, what the old one said is not forgotten.
func TestKnownWhileListingAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		c := over(t, a)
		listed(t, c, -1)
		for range 3 {
			time.Sleep(attrTTL)
			listed(t, c, 1)
			synctest.Wait()
			if r, _, ok := c.Known(contacts, id(900)); !ok || r.Name != "r900" {
				t.Error(r, ok)
			}
		}
		a.mu.Lock()
		for _, r := range a.records[500:] {
			a.deleted = append(a.deleted, bigin.Deletion{ID: r.ID, Time: time.Now()})
		}
		a.records = a.records[:500]
		a.mu.Unlock()
		time.Sleep(attrTTL)
		listed(t, c, -1)
		synctest.Wait()
		if r, _, ok := c.Known(contacts, id(900)); ok {
			t.Error(r, "is gone, and the new listing is whole")
		}
		if whole, scan := c.indexes[contacts].state(); scan != nil || whole.size != 500 {
			t.Error("the old listing is kept in memory")
		}
	})
}
