package cache

import (
	"errors"
	"slices"

	"github.com/biginfs/biginfs/bigin"
)

// longListing is how many records a listing must have to be loaded from its end
// too: where both ends meet, up to three pages may be loaded for nothing.
const longListing = 5 * bigin.PerPage

// tail is the end of a scan, as far as it is loaded. It is guarded by the lock
// of the scan.
type tail struct {
	chunks  []*chunk // the last of the module first
	size    int      // records in them
	next    string   // token of the next page
	loading bool
	over    bool // no more will come; the other end goes on alone
}

// begin reports whether a page is to be loaded, and notes that it is.
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
	records := slices.Clone(p.Records)
	slices.Reverse(records)
	n := len(t.chunks)
	if len(records) == 0 || ascending(records) != nil ||
		n > 0 && records[len(records)-1].ID >= t.chunks[n-1].first() || t.size+len(records) > maxRecords {
		t.fail()
		return
	}
	t.chunks = append(t.chunks, newChunk(records))
	t.size += len(records)
	t.next, t.over = p.Next, p.Next == ""
}

// fail gives up on the end.
func (t *tail) fail() { *t = tail{over: true} }

// after returns what comes after the record with that id, if the tail reaches
// back to it.
func (t *tail) after(id bigin.RecordID) (rest run, met bool) {
	n := len(t.chunks)
	if n == 0 || t.chunks[n-1].first() > id {
		return nil, false
	}
	for _, c := range slices.Backward(t.chunks) {
		switch {
		case c.first() > id:
			rest = append(rest, c)
		case c.last() > id:
			rest = append(rest, newChunk(c.records(c.search(id+1))))
		}
	}
	return rest, true
}

// loadTail loads one page of the end.
func (s *scan) loadTail(token string) {
	page, err := pageOf(s.pages.fromEnd, token)
	s.mu.Lock()
	switch {
	case s.whole != nil:
	case err != nil && len(s.tail.chunks) > 0 && errors.Is(err, bigin.PaginationLimit):
		s.tail.loading, s.tail.over = false, true // what is there may still be met
	case err != nil:
		s.tail.fail()
	default:
		s.touch(page)
		s.tail.add(page)
		s.join()
	}
	s.settle()
}
