package cache

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// What it costs to learn of a record.
func TestRecordCosts(t *testing.T) {
	const unknown = bigin.RecordID(7)
	for _, c := range []struct {
		name            string
		id              bigin.RecordID
		list, photo404  bool
		photos, singles int
		want            error
		hasPhoto        bool
	}{
		{name: "with a photo, not listed", id: id(0), photos: 1, hasPhoto: true},
		{name: "without, not listed", id: id(4), photos: 1, singles: 1},
		{name: "with a photo, listed", id: id(0), list: true, hasPhoto: true},
		{name: "without, listed", id: id(4), list: true},
		{name: "unknown, 204", id: unknown, photos: 1, singles: 1, want: bigin.ErrNoRecord},
		{name: "unknown, 400", id: unknown, photo404: true, photos: 1, want: bigin.InvalidData},
		{name: "unknown to the listing", id: unknown, list: true, photo404: true, photos: 1, want: bigin.InvalidData},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(5, 5)
				a.photo404 = c.photo404
				cache := over(t, a)
				pages := 0
				if c.list {
					listed(t, cache, -1)
					pages = 1
				}
				for range 3 {
					r, asOf, err := cache.Record(t.Context(), contacts, c.id)
					if !errors.Is(err, c.want) || err == nil && (r.ID != c.id || r.HasPhoto() != c.hasPhoto || asOf.IsZero()) {
						t.Errorf("%+v, %v", r, err)
					}
					if _, err := photo(t.Context(), cache, c.id); c.want != nil && !errors.Is(err, c.want) {
						t.Error(err)
					}
					if c.hasPhoto && c.list {
						continue // the photo itself is one call
					}
					a.wantCalls(t, c.photos, c.singles, pages)
				}
			})
		})
	}
}

// Unknown ids cost again only when the negative answer is old.
func TestRecordUnknownLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 5)
		a.photo404 = false
		c := over(t, a)
		for i := range 3 {
			for range 3 {
				if _, err := record(t.Context(), c, 7); !errors.Is(err, bigin.ErrNoRecord) {
					t.Error(err)
				}
			}
			a.wantCalls(t, i+1, i+1, 0)
			time.Sleep(negativeTTL)
		}
	})
}

// A record without a photo is remembered as long as attributes are.
func TestRecordLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 5)
		c := over(t, a)
		ask := func() bigin.Record {
			t.Helper()
			r, err := record(t.Context(), c, id(4))
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		ask()
		a.wantCalls(t, 1, 1, 0)
		time.Sleep(attrTTL - 1)
		if r := ask(); r.HasPhoto() || r.Name != "r4" {
			t.Errorf("%+v", r)
		}
		a.wantCalls(t, 1, 1, 0)
		if _, err := photo(t.Context(), c, id(4)); !errors.Is(err, bigin.ErrNoPhoto) {
			t.Error(err)
		}
		a.wantCalls(t, 1, 1, 0) // the record says so, though the negative answer is old
		time.Sleep(1 * time.Nanosecond)
		a.setPhoto(id(4), true)
		if r := ask(); !r.HasPhoto() {
			t.Errorf("%+v", r)
		}
		a.wantCalls(t, 1, 2, 0)
	})
}

// The listing says there is a photo, the call says there is none: the call is
// right, until the listing is newer.
func TestRecordCorrected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 0)
		c := over(t, a)
		listed(t, c, -1)
		time.Sleep(time.Second)
		a.setPhoto(id(0), false)
		if _, err := photo(t.Context(), c, id(0)); !errors.Is(err, bigin.ErrNoPhoto) {
			t.Error(err)
		}
		if r, err := record(t.Context(), c, id(0)); err != nil || r.HasPhoto() || r.Name != "r0" {
			t.Errorf("%+v, %v", r, err)
		}
		a.wantCalls(t, 1, 0, 1)
	})
}

// A network error is no answer about the record, and the next try may do.
func TestRecordUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 5)
		boom := errors.New("connection refused")
		a.onPhoto = func(context.Context, bigin.RecordID) error { return boom }
		a.onRecord = a.onPhoto
		c := over(t, a)
		for i := range 3 {
			if _, err := record(t.Context(), c, id(4)); err != boom {
				t.Error(err)
			}
			a.wantCalls(t, i+1, 0, 0)
			time.Sleep(failureLife + 1)
		}
		a.set(func(a *account) { a.onPhoto = nil })
		for i := range 3 {
			if _, err := record(t.Context(), c, id(4)); err != boom {
				t.Error(err)
			}
			a.wantCalls(t, 4, i+1, 0)
			time.Sleep(failureLife + 1)
		}
		a.set(func(a *account) { a.onRecord = nil })
		if r, err := record(t.Context(), c, id(4)); err != nil || r.HasPhoto() {
			t.Error(r, err)
		}
	})
}

func TestKnownCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 5)
		c := over(t, a)
		if r, _, ok := c.Known(contacts, id(4)); ok {
			t.Error(r)
		}
		listed(t, c, -1)
		time.Sleep(attrTTL + 24*time.Hour - 1)
		if r, _, ok := c.Known(contacts, id(4)); !ok || r.Name != "r4" {
			t.Error(r, ok)
		}
		if r, _, ok := c.Known(bigin.Products, id(4)); ok {
			t.Error(r)
		}
		time.Sleep(2 * time.Nanosecond)
		if r, _, ok := c.Known(contacts, id(4)); ok {
			t.Error(r)
		}
		a.wantCalls(t, 0, 0, 1)
	})
}
