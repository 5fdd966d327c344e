package fs

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// listed is an account that is one listing.
type listed struct {
	Backend
	records []bigin.Record
	asOf    time.Time
}

func (a *listed) Listing(bigin.Module) Listing { return &records{slices.Clone(a.records), a.asOf} }

func (a *listed) Record(ctx context.Context, _ bigin.Module, id bigin.RecordID) (bigin.Record, time.Time, error) {
	r, ok, _ := (&records{a.records, a.asOf}).After(ctx, id-1)
	if !ok || r.ID != id {
		return bigin.Record{}, time.Time{}, bigin.ErrNoRecord
	}
	return r, a.asOf, nil
}

// records are a listing that is there as a whole.
type records struct {
	list []bigin.Record
	asOf time.Time
}

func (l *records) AsOf() time.Time { return l.asOf }

func (l *records) After(ctx context.Context, id bigin.RecordID) (bigin.Record, bool, error) {
	i, _ := slices.BinarySearchFunc(l.list, id+1, func(r bigin.Record, id bigin.RecordID) int { return cmp.Compare(r.ID, id) })
	if i == len(l.list) {
		return bigin.Record{}, false, nil
	}
	return l.list[i], true, nil
}

// set makes a new listing of records with these names; "-" before a name is a
// record without a photo.
func (a *listed) set(now time.Time, names ...string) {
	a.records, a.asOf = nil, now
	for i, name := range names {
		if name == "" {
			continue // was deleted
		}
		r := bigin.Record{ID: bigin.RecordID(i + 1), Name: name, Image: 1}
		if name[0] == '-' {
			r.Name, r.Image = name[1:], 0
		}
		a.records = append(a.records, r)
	}
}

func open(t *testing.T, d *byName) *dirHandle {
	t.Helper()
	h, _, errno := d.OpendirHandle(t.Context(), 0)
	if errno != 0 {
		t.Fatal(errno)
	}
	return &h.(*listHandle).dirHandle
}

func newByName() (*byName, *listed) {
	a := &listed{}
	return &byName{Inode: fusefs.Inode{}, tree: &tree{Options: Options{Backend: a, Timeout: time.Second, AttrTTL: 100 * 365 * 24 * time.Hour}}, module: bigin.Contacts}, a
}

func TestByNameListsPhotos(t *testing.T) {
	d, a := newByName()
	a.set(time.Unix(1000, 0), "Ada", "-Babbage", "ada", "Eve")
	all, errno := open(t, d).rest(t)
	if got, want := namesOf(all), []string{".", "..", "Ada.jpg", "ada (3).jpg", "Eve.jpg"}; !slices.Equal(got, want) || errno != 0 {
		t.Errorf("%q, %v, want %q", got, errno, want)
	}
	for name, want := range map[string]bigin.RecordID{"Ada.jpg": 1, "ada (3).jpg": 3, "Eve.jpg": 4, "Babbage.jpg": 0, "ada.jpg": 0, "Zoe.jpg": 0} {
		if r, _, err := d.find(t.Context(), name); r.ID != want || (err == nil) != (want != 0) {
			t.Errorf("%s is record %v, %v, want %v", name, r.ID, err, want)
		}
	}
}

// A look-up sees the names of the listing of now, whatever was seen before.
func TestByNameFindsWhatIsThereNow(t *testing.T) {
	d, a := newByName()
	a.set(time.Unix(1000, 0), "Ada", "Eve", "Zoe")
	if _, errno := open(t, d).rest(t); errno != 0 {
		t.Fatal(errno)
	}
	a.set(time.Unix(2000, 0), "Eve", "", "Zoe", "Ada") // one renamed, one gone, one new
	for name, want := range map[string]bigin.RecordID{"Zoe.jpg": 3, "Ada.jpg": 4, "Bob.jpg": 0} {
		if r, _, err := d.find(t.Context(), name); r.ID != want || (err == nil) != (want != 0) {
			t.Errorf("%s is record %v, %v, want %v", name, r.ID, err, want)
		}
	}
	// A record renamed to a name that another had until the listing was read to
	// its end has its id in the name, and keeps that.
	for range 2 {
		all, _ := open(t, d).rest(t)
		if got, want := namesOf(all)[2:], []string{"Eve (1).jpg", "Zoe.jpg", "Ada.jpg"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A reader who skips some does not make others lose their names.
func TestByNameOfAReaderWhoSkips(t *testing.T) {
	d, a := newByName()
	a.set(time.Unix(1000, 0), "Ada", "Ada", "Eve", "Zoe")
	all, _ := open(t, d).rest(t)
	a.set(time.Unix(2000, 0), "Bob", "Ada", "Eve", "Zoe") // the first has another name
	h := open(t, d)
	for range 3 { // the dots and the first
		if _, errno := h.Readdirent(t.Context()); errno != 0 {
			t.Fatal(errno)
		}
	}
	_ = h.Seekdir(t.Context(), all[4].Off)
	if _, errno := h.rest(t); errno != 0 {
		t.Fatal(errno)
	}
	_ = h.Seekdir(t.Context(), 0)
	again, _ := h.rest(t)
	if got, want := namesOf(again)[2:], []string{"Bob.jpg", "Ada (2).jpg", "Eve.jpg", "Zoe.jpg"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q: a link was renamed", got, want)
	}
}
