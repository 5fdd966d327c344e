package cache

import (
	"context"
	"fmt"
	"io"
	"sort"
	"sync"

	"github.com/biginfs/biginfs/bigin"
)

// listing is the records of one module as far as they were asked for,
// ascending by id. It loads a page when a reader comes near the end of what is
// there, so that a listing nobody reads on costs nothing more, and after a
// failure it goes on where it stopped.
//
// A long one is loaded from both ends, which halves its time: with each page
// that readers want, one comes from the end, until the two meet.
type listing struct {
	pages pages
	grew  func() // called after each page

	mu       sync.Mutex
	before   *listing // the one that this one will replace; nil once it is complete
	records  []bigin.Record
	next     string // token of the next page
	tail     tail
	wanted   int // records that readers asked for
	complete bool
	loading  bool
	failures int           // pages that could not be had
	err      error         // of the last failure
	change   chan struct{} // closed and replaced whenever the above changes
}

// pages asks for the page of a token: from the first record on, or from the
// last on, backwards.
type pages struct {
	fromStart, fromEnd func(token string) (bigin.Page, error)
}

func newListing(p pages, grew func()) *listing {
	return &listing{pages: p, grew: grew, change: make(chan struct{})}
}

// At implements bigin.Listing.
func (l *listing) At(ctx context.Context, i int) (bigin.Record, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.failures
	l.want(i + 1 + bigin.PerPage) // one page ahead of the reader
	for i >= len(l.records) {
		if l.complete {
			return bigin.Record{}, io.EOF
		}
		if l.failures > seen {
			return bigin.Record{}, l.err
		}
		l.want(i + 1 + bigin.PerPage)
		change := l.change
		l.mu.Unlock()
		select {
		case <-change:
			l.mu.Lock()
		case <-ctx.Done():
			l.mu.Lock()
			return bigin.Record{}, context.Cause(ctx)
		}
	}
	return l.records[i], nil
}

// After implements bigin.Listing.
func (l *listing) After(ctx context.Context, id bigin.RecordID) (bigin.Record, int, error) {
	for {
		l.mu.Lock()
		i := l.search(id + 1)
		l.mu.Unlock()
		if r, err := l.At(ctx, i); err != nil || r.ID > id {
			return r, i, err
		}
	}
}

// want has so many records loaded. The caller holds the lock.
func (l *listing) want(n int) {
	l.wanted = max(l.wanted, n)
	if !l.loading && !l.complete && len(l.records) < l.wanted {
		l.loading = true
		go l.load()
	}
}

// load fetches pages until there are as many records as wanted.
func (l *listing) load() {
	for {
		l.mu.Lock()
		token := l.next
		if len(l.records) >= longListing && l.tail.begin() {
			go l.loadTail(l.tail.next)
		}
		l.mu.Unlock()
		page, err := safePage(l.pages.fromStart, token)
		l.mu.Lock()
		if l.complete {
			err = nil // the other end was faster
		} else if err == nil {
			err = l.append(page)
		}
		if err != nil {
			l.failures++
			l.err = err
		}
		l.loading = err == nil && !l.complete && len(l.records) < l.wanted
		if err != nil {
			l.wanted = 0 // asked for again by who still wants it
		}
		l.wake()
		loading := l.loading
		l.mu.Unlock()
		if err == nil {
			l.grew()
		}
		if !loading {
			return
		}
	}
}

// wake tells those who wait that something changed. The caller holds the lock.
func (l *listing) wake() {
	close(l.change)
	l.change = make(chan struct{})
}

// safePage turns a panic into an error: those who wait must not wait forever,
// nor the process end.
func safePage(ask func(string) (bigin.Page, error), token string) (page bigin.Page, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicked(r)
		}
	}()
	return ask(token)
}

// append adds a page. What stands in it again from the page before, as it can
// when a record was deleted meanwhile, is left out.
func (l *listing) append(p bigin.Page) error {
	last := bigin.RecordID(0)
	if n := len(l.records); n > 0 {
		last = l.records[n-1].ID
	}
	before := bigin.RecordID(0)
	added := 0
	for _, r := range p.Records {
		if r.ID <= before {
			return fmt.Errorf("%w: record %v after %v, though ascending ids were asked for", bigin.ErrProtocol, r.ID, before)
		}
		if before = r.ID; r.ID > last {
			l.records = append(l.records, r)
			added++
		}
	}
	if added == 0 && p.Next != "" {
		return fmt.Errorf("%w: a page without new records, and yet more to come", bigin.ErrProtocol)
	}
	l.next, l.complete = p.Next, p.Next == ""
	l.join()
	return nil
}

// join completes the listing when both ends have met. The caller holds the
// lock.
func (l *listing) join() {
	if !l.complete {
		rest, met := l.tail.after(l.records[len(l.records)-1].ID)
		if !met {
			return
		}
		l.records = append(l.records, rest...)
	}
	l.next, l.complete, l.before, l.tail = "", true, nil, tail{}
}

// find returns the record with that id, as far as it is loaded.
func (l *listing) find(id bigin.RecordID) (bigin.Record, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := l.search(id); i < len(l.records) && l.records[i].ID == id {
		return l.records[i], true
	}
	return bigin.Record{}, false
}

// whole returns the listing if it is complete, else the one before it, which
// was; nil if there is none.
func (l *listing) whole() *listing {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.complete {
		return l
	}
	return l.before
}

// search returns the place of the first record not before id. The caller holds
// the lock.
func (l *listing) search(id bigin.RecordID) int {
	return sort.Search(len(l.records), func(i int) bool { return l.records[i].ID >= id })
}

// neighbours returns up to n records with a photo that come next after id, in
// the direction dir, which is 1 or -1.
func (l *listing) neighbours(id bigin.RecordID, dir, n int) []bigin.RecordID {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := l.search(id)
	if dir < 0 || i < len(l.records) && l.records[i].ID == id {
		i += dir
	}
	var ids []bigin.RecordID
	for ; len(ids) < n && i >= 0 && i < len(l.records); i += dir {
		if l.records[i].HasPhoto() {
			ids = append(ids, l.records[i].ID)
		}
	}
	return ids
}
