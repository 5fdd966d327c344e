package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// account is a Source in memory that counts what it is asked. Its hooks may
// wait, fail or panic.
type account struct {
	onPhoto  func(ctx context.Context, id bigin.RecordID) error
	onRecord func(ctx context.Context, id bigin.RecordID) error
	onPage   func(ctx context.Context, page int) error

	photo404 bool // the photo of an unknown record is InvalidData, else ErrNoPhoto
	size     int  // of photos

	mu      sync.Mutex
	records []bigin.Record // ascending by id
	byID    map[bigin.RecordID]int
	asked   map[bigin.RecordID]int // photos
	photos  int
	singles int
	pages   int
	changes int // pages of changes and of what was removed

	deleted []bigin.Deletion
}

// newAccount has n records, 10, 20, 30 …, of which every nth has no photo.
func newAccount(n, without int) *account {
	a := &account{byID: map[bigin.RecordID]int{}, asked: map[bigin.RecordID]int{}, size: 100, photo404: true}
	for i := range n {
		r := bigin.Record{ID: id(i), Name: fmt.Sprint("r", i), Modified: time.Unix(int64(i+1), 0).UTC(), Image: 1}
		if without > 0 && i%without == without-1 {
			r.Image = 0
		}
		a.byID[r.ID] = i
		a.records = append(a.records, r)
	}
	return a
}

// id is that of record number i.
func id(i int) bigin.RecordID { return bigin.RecordID(10 * (i + 1)) }

func (a *account) Photo(ctx context.Context, m bigin.Module, id bigin.RecordID) (*bigin.Photo, error) {
	a.mu.Lock()
	a.photos++
	a.asked[id]++
	hook := a.onPhoto
	a.mu.Unlock()
	if hook != nil {
		if err := hook(ctx, id); err != nil {
			return nil, err
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	i, ok := a.byID[id]
	switch {
	case !ok && a.photo404:
		return nil, &bigin.Error{Status: 400, Code: bigin.InvalidData}
	case !ok || !a.records[i].HasPhoto():
		return nil, bigin.ErrNoPhoto
	}
	return bigin.NewPhoto(make([]byte, a.size)), nil
}

func (a *account) Record(ctx context.Context, m bigin.Module, id bigin.RecordID) (bigin.Record, error) {
	a.mu.Lock()
	a.singles++
	hook := a.onRecord
	a.mu.Unlock()
	if hook != nil {
		if err := hook(ctx, id); err != nil {
			return bigin.Record{}, err
		}
	}
	if ctx.Err() != nil {
		return bigin.Record{}, context.Cause(ctx)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	i, ok := a.byID[id]
	if !ok {
		return bigin.Record{}, bigin.ErrNoRecord
	}
	return a.records[i], nil
}

func (a *account) Records(ctx context.Context, m bigin.Module, token string) (bigin.Page, error) {
	a.mu.Lock()
	a.pages++
	hook := a.onPage
	a.mu.Unlock()
	start := 0
	_, _ = fmt.Sscan(token, &start)
	if hook != nil {
		if err := hook(ctx, start/bigin.PerPage); err != nil {
			return bigin.Page{}, err
		}
	}
	if ctx.Err() != nil {
		return bigin.Page{}, context.Cause(ctx)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	end := min(start+bigin.PerPage, len(a.records))
	page := bigin.Page{AsOf: time.Now(), Date: time.Now().Truncate(time.Second), Records: append([]bigin.Record(nil), a.records[start:end]...)}
	if end < len(a.records) {
		page.Next = fmt.Sprint(end)
	}
	return page, nil
}

func (a *account) RecordsFromEnd(ctx context.Context, m bigin.Module, token string) (bigin.Page, error) {
	a.mu.Lock()
	a.pages++
	a.mu.Unlock()
	if ctx.Err() != nil {
		return bigin.Page{}, context.Cause(ctx)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	end := len(a.records)
	_, _ = fmt.Sscan(token, &end)
	start := max(0, end-bigin.PerPage)
	page := bigin.Page{AsOf: time.Now(), Date: time.Now().Truncate(time.Second), Records: append([]bigin.Record(nil), a.records[start:end]...)}
	slices.Reverse(page.Records)
	if start > 0 {
		page.Next = fmt.Sprint(start)
	}
	return page, nil
}

func (a *account) Changes(ctx context.Context, m bigin.Module, token string) (bigin.Page, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.changes++
	if ctx.Err() != nil {
		return bigin.Page{}, context.Cause(ctx)
	}
	latest := slices.Clone(a.records)
	slices.SortStableFunc(latest, func(x, y bigin.Record) int { return y.Modified.Compare(x.Modified) })
	start := 0
	_, _ = fmt.Sscan(token, &start)
	end := min(start+bigin.PerPage, len(latest))
	page := bigin.Page{AsOf: time.Now(), Date: time.Now().Truncate(time.Second), Records: latest[start:end]}
	if end < len(latest) {
		page.Next = fmt.Sprint(end)
	}
	return page, nil
}

func (a *account) Deleted(ctx context.Context, m bigin.Module, page int, since time.Time) (bigin.Deletions, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.changes++
	if ctx.Err() != nil {
		return bigin.Deletions{}, context.Cause(ctx)
	}
	rows := a.deleted[min((page-1)*bigin.PerPage, len(a.deleted)):]
	d := bigin.Deletions{Rows: rows[:min(bigin.PerPage, len(rows))], More: len(rows) > bigin.PerPage, Date: time.Now().Truncate(time.Second)}
	return d, nil
}

// renewals returns the calls for changes and for what was removed.
func (a *account) renewals() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.changes
}

// ends are the pages of a listing of the account.
func (a *account) ends() pages {
	return pages{
		fromStart: func(token string) (bigin.Page, error) { return a.Records(context.Background(), contacts, token) },
		fromEnd:   func(token string) (bigin.Page, error) { return a.RecordsFromEnd(context.Background(), contacts, token) },
	}
}

// setPhoto gives a record a photo or takes it away.
func (a *account) setPhoto(id bigin.RecordID, has bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := &a.records[a.byID[id]]
	if r.Image = 0; has {
		r.Image = 1
	}
}

// set changes the hooks while the account is in use.
func (a *account) set(change func(*account)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a)
}

// calls returns the calls so far: photos, single records, pages.
func (a *account) calls() [3]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return [3]int{a.photos, a.singles, a.pages}
}

func (a *account) wantCalls(t *testing.T, photos, singles, pages int) {
	t.Helper()
	if got := a.calls(); got != [3]int{photos, singles, pages} {
		t.Errorf("%d photo, %d record and %d page calls, want %d, %d and %d", got[0], got[1], got[2], photos, singles, pages)
	}
}

// The lives that the tests use.
const (
	attrTTL     = time.Minute
	negativeTTL = 30 * time.Second
	contentTTL  = 5 * time.Minute
)

// over is a cache of the source, with the usual lives and without read-ahead.
func over(t *testing.T, s Source, change ...func(*Options)) *Cache {
	t.Helper()
	o := Options{
		Source: s, AttrTTL: attrTTL, NegativeTTL: negativeTTL, ContentTTL: contentTTL,
		Size: 1 << 20, Timeout: 30 * time.Second,
	}
	for _, f := range change {
		f(&o)
	}
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

const contacts = bigin.Contacts

func mustPhoto(t *testing.T, c *Cache, id bigin.RecordID) *bigin.Photo {
	t.Helper()
	p, err := photo(t.Context(), c, id)
	if err != nil {
		t.Errorf("photo %v: %v", id, err)
	}
	return p
}

// photo is the photo of a contact, for a caller that does not hold it.
func photo(ctx context.Context, c *Cache, id bigin.RecordID) (*bigin.Photo, error) {
	p, release, err := c.Photo(ctx, contacts, id, nil)
	if err == nil {
		release()
	}
	return p, err
}

// record is a contact.
func record(ctx context.Context, c *Cache, id bigin.RecordID) (bigin.Record, error) {
	r, _, err := c.Record(ctx, contacts, id)
	return r, err
}

// errEnd is the end of a listing, for tests that count in it.
var errEnd = errors.New("the end of the listing")

// at reads the record of that number of a listing of the account of newAccount.
func at(after func(context.Context, bigin.RecordID) (bigin.Record, bool, error)) func(context.Context, int) (bigin.Record, error) {
	return func(ctx context.Context, i int) (bigin.Record, error) {
		r, ok, err := after(ctx, id(i)-1)
		if err == nil && !ok {
			err = errEnd
		}
		return r, err
	}
}

// listed reads n records of the listing, all if n is -1.
func listed(t *testing.T, c *Cache, n int) []bigin.Record {
	t.Helper()
	l := c.Listing(contacts)
	var all []bigin.Record
	for id := bigin.RecordID(0); n < 0 || len(all) < n; {
		r, ok, err := l.After(t.Context(), id)
		if err != nil {
			t.Error(err)
		}
		if err != nil || !ok {
			break
		}
		all = append(all, r)
		id = r.ID
	}
	return all
}

// refusal is an answer of Bigin with this code.
func refusal(status int, code bigin.Code) error { return &bigin.Error{Status: status, Code: code} }

// photoOf is photo for a caller that has seen a version.
func photoOf(ctx context.Context, c *Cache, id bigin.RecordID, v *bigin.Version) (*bigin.Photo, error) {
	p, release, err := c.Photo(ctx, contacts, id, v)
	if err == nil {
		release()
	}
	return p, err
}
