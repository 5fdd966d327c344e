package cache

import (
	"slices"

	"github.com/biginfs/biginfs/bigin"
)

// longListing is how many records a listing has before its end is worth the up
// to three pages that both ends may load in vain where they meet.
const longListing = 5 * bigin.PerPage

// tail is the end of a listing, as far as it is loaded. It is guarded by the
// lock of the listing.
type tail struct {
	records []bigin.Record // descending by id
	next    string         // token of the next page
	loading bool
	over    bool // no more is to be had; the other end goes on alone
}

// begin tells whether a page is to be loaded, and takes note that it is.
func (t *tail) begin() bool {
	if t.loading || t.over {
		return false
	}
	t.loading = true
	return true
}

// add takes a page in. One that does not descend is not to be trusted.
func (t *tail) add(p bigin.Page) {
	t.loading = false
	for _, r := range p.Records {
		if n := len(t.records); n > 0 && r.ID >= t.records[n-1].ID {
			t.over = true
			t.records = nil
			return
		}
		t.records = append(t.records, r)
	}
	t.next, t.over = p.Next, p.Next == ""
}

// after returns the records after the one with that id, ascending, if the tail
// reaches back to it.
func (t *tail) after(id bigin.RecordID) (rest []bigin.Record, met bool) {
	n := len(t.records)
	if n == 0 || t.records[n-1].ID > id {
		return nil, false
	}
	for _, r := range slices.Backward(t.records) {
		if r.ID > id {
			rest = append(rest, r)
		}
	}
	return rest, true
}

// loadTail loads one page of the end.
func (l *listing) loadTail(token string) {
	page, err := safePage(l.pages.fromEnd, token)
	l.mu.Lock()
	switch {
	case l.complete:
		l.mu.Unlock()
		return
	case err != nil:
		l.tail.loading, l.tail.over = false, true
		l.tail.records = nil
	default:
		l.tail.add(page)
		l.join()
	}
	l.wake()
	l.mu.Unlock()
	if err == nil {
		l.grew()
	}
}
