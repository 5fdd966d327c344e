package cache

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// No listing of Bigin goes beyond these bounds, which end an answer that would
// not end.
const (
	maxRecords    = 2_000_000
	maxShortPages = 8 // in a row that are not full, though more are to come
)

// errUnlisted says that neither end of a module reaches the other.
//
// https://www.bigin.com/developer/docs/apis/v2/get-records.html
var errUnlisted = errors.New("only so many records can be listed from either end of a module, and those between cannot; each can be opened by its id")

// scan is a listing of a module while it is loaded, ascending by id. It loads
// a page when a reader comes near the end of what is there, so that a listing
// nobody reads on costs nothing more, and after a failure it goes on where it
// stopped. A page is taken whole or not at all.
//
// A long one is loaded from both ends, which halves its time: with each page
// that readers want, one comes from the end, until the two meet.
type scan struct {
	lives *lives
	pages pages
	over  func(*snapshot) // called once, when all records are there

	mu       sync.Mutex
	began    time.Time // when the first page was asked for; zero before
	date     time.Time // the same by Bigin's clock, at the earliest
	touched  time.Time // when the last page came
	head     run
	starts   []int  // number of the first record of each chunk of head
	size     int    // records in head
	next     string // token of the next page
	short    int    // pages in a row that were not full
	tail     tail
	wanted   int // records that readers asked for
	loading  bool
	whole    *snapshot // once all records are there
	part     *snapshot // of head, as it was when someone needed its order
	failures int       // pages that could not be had
	err      error     // of the last failure
	failed   time.Time
	change   chan struct{} // closed and replaced whenever the above changes
}

// pages asks for the page of a token, forwards from the first record or backwards
// from the last.
type pages struct {
	fromStart, fromEnd func(token string) (bigin.Page, error)

	// before is a record that the module had when it was last listed, and exists
	// asks whether it is still there; exists is nil if no such record is known.
	before bigin.RecordID
	exists func(bigin.RecordID) (bool, error)
}

func newScan(l *lives, p pages, over func(*snapshot)) *scan {
	return &scan{lives: l, pages: p, over: over, change: make(chan struct{})}
}

// after returns the first record with a greater id; ok is false when there is
// none. It waits for the pages it needs until ctx is done.
func (s *scan) after(ctx context.Context, id bigin.RecordID) (r bigin.Record, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if toldAgain(s.err) && time.Since(s.failed) < failureLife {
		if r, ok := s.have(id); ok {
			return r, true, nil
		}
		return bigin.Record{}, false, s.err
	}
	seen := s.failures
	for {
		if s.whole != nil {
			r, ok := s.whole.after(id)
			return r, ok, nil
		}
		r, ok := s.have(id)
		if !ok && s.failures > seen {
			return bigin.Record{}, false, s.err
		}
		change := s.change
		s.want(s.number(id) + 1 + bigin.PerPage) // one page ahead of the reader
		if ok {
			return r, true, nil
		}
		s.mu.Unlock()
		select {
		case <-change:
			s.mu.Lock()
		case <-ctx.Done():
			s.mu.Lock()
			return bigin.Record{}, false, context.Cause(ctx)
		}
	}
}

// have returns the first record after id that is loaded. The caller holds the
// lock.
func (s *scan) have(id bigin.RecordID) (bigin.Record, bool) {
	if s.whole != nil {
		return s.whole.after(id)
	}
	return s.head.after(id)
}

// number returns the number of the first record after id, as far as is known. The
// caller holds the lock.
func (s *scan) number(id bigin.RecordID) int {
	if id == math.MaxInt64 {
		return s.size
	}
	at, i := s.head.search(id + 1)
	if at == len(s.head) {
		return s.size
	}
	return s.starts[at] + i
}

// want has n records loaded. The caller holds the lock.
func (s *scan) want(n int) {
	s.wanted = max(s.wanted, n)
	if !s.loading && s.whole == nil && s.size < s.wanted {
		if s.began.IsZero() {
			s.began = time.Now()
		}
		if s.loading = s.lives.run(s.load); !s.loading {
			s.fail(context.Canceled)
			close(s.change)
			s.change = make(chan struct{})
		}
	}
}

// fail notes why a page could not be had. The caller holds the lock.
func (s *scan) fail(err error) {
	s.failures++
	s.err, s.failed = err, time.Now()
}

// load fetches pages until there are as many records as wanted.
func (s *scan) load() {
	for {
		s.mu.Lock()
		token := s.next
		if s.size >= longListing && s.tail.begin() {
			next := s.tail.next
			if !s.lives.run(func() { s.loadTail(next) }) {
				s.tail.fail()
			}
		}
		s.mu.Unlock()
		page, err := pageOf(s.pages.fromStart, token)
		if err == nil && len(page.Records) == 0 {
			err = s.confirmEnd()
		}
		s.mu.Lock()
		switch {
		case s.whole != nil:
			err = nil // the other end was faster
		case err == nil:
			err = s.append(page)
		case errors.Is(err, bigin.PaginationLimit):
			err = s.endOfHead(err)
		}
		if err != nil {
			s.fail(err)
			s.wanted = 0 // asked for again by whoever still wants it
		}
		s.loading = err == nil && s.whole == nil && s.size < s.wanted
		loading := s.loading
		s.settle()
		if !loading {
			return
		}
	}
}

// settle tells those who wait that something changed, and gives up the lock.
func (s *scan) settle() {
	close(s.change)
	s.change = make(chan struct{})
	whole, over := s.whole, s.over
	if whole != nil {
		s.over = nil
	}
	s.mu.Unlock()
	if whole != nil && over != nil {
		over(whole)
	}
}

// pageOf asks for the page of a token.
func pageOf(ask func(string) (bigin.Page, error), token string) (bigin.Page, error) {
	return guarded(func() (bigin.Page, error) { return ask(token) })
}

// confirmEnd returns an error unless there is really nothing after the records
// of the head: an empty answer alone proves nothing. The other end must agree,
// and a module that had records is empty only when one of them is gone.
func (s *scan) confirmEnd() error {
	end, err := pageOf(s.pages.fromEnd, "")
	if err != nil {
		return err
	}
	s.mu.Lock()
	last := bigin.RecordID(0)
	if len(s.head) > 0 {
		last = s.head[len(s.head)-1].last()
	}
	s.mu.Unlock()
	switch {
	case len(end.Records) > 0 && end.Records[0].ID > last:
		return fmt.Errorf("%w: an empty page, though record %v is still to come", bigin.ErrProtocol, end.Records[0].ID)
	case len(end.Records) > 0:
		return nil
	case last > 0:
		return fmt.Errorf("%w: an empty page, though there are records", bigin.ErrProtocol)
	case s.pages.exists == nil:
		return nil
	}
	there, err := s.pages.exists(s.pages.before)
	if err == nil && there {
		err = fmt.Errorf("%w: a listing without records, though record %v is there", bigin.ErrProtocol, s.pages.before)
	}
	return err
}

// append takes a page in. Records that were on the page before too, as can be when
// one was deleted meanwhile, are left out. The caller holds the lock.
func (s *scan) append(p bigin.Page) error {
	if err := ascending(p.Records); err != nil {
		return err
	}
	fresh := p.Records
	if len(s.head) > 0 {
		last := s.head[len(s.head)-1].last()
		i, _ := slices.BinarySearchFunc(fresh, last+1, func(r bigin.Record, id bigin.RecordID) int { return int(min(max(r.ID-id, -1), 1)) })
		fresh = fresh[i:]
	}
	short := 0
	if len(p.Records) < bigin.PerPage {
		short = s.short + 1
	}
	switch {
	case p.Next == "":
	case len(fresh) == 0:
		return fmt.Errorf("%w: a page without new records, and yet more to come", bigin.ErrProtocol)
	case short > maxShortPages:
		return fmt.Errorf("%w: %d pages in a row that are not full, and yet more to come", bigin.ErrProtocol, short)
	case s.size+len(fresh) > maxRecords:
		return fmt.Errorf("%w: more than %d records in a module", bigin.ErrProtocol, maxRecords)
	}
	s.touch(p)
	s.short, s.next = short, p.Next
	if len(fresh) > 0 {
		s.starts = append(s.starts, s.size)
		s.head = append(s.head, newChunk(fresh))
		s.size += len(fresh)
	}
	if p.Next == "" {
		s.complete(s.head)
	} else {
		s.join()
	}
	return nil
}

// ascending returns an error unless the ids of the records grow.
func ascending(records []bigin.Record) error {
	before := bigin.RecordID(0)
	for _, r := range records {
		if r.ID <= before {
			return fmt.Errorf("%w: record %v after %v, though ascending ids were asked for", bigin.ErrProtocol, r.ID, before)
		}
		before = r.ID
	}
	return nil
}

// touch notes the dates of a page. The caller holds the lock.
func (s *scan) touch(p bigin.Page) {
	s.touched = time.Now()
	if s.date.IsZero() && s.size == 0 {
		s.date = p.Date
	}
}

// endOfHead handles the answer that pages from the start go no further: the rest
// must come from the end. The caller holds the lock.
func (s *scan) endOfHead(err error) error {
	if !s.tail.over {
		s.mu.Unlock()
		s.loadTails()
		s.mu.Lock()
	}
	if s.whole == nil {
		return fmt.Errorf("%w: %w", errUnlisted, err)
	}
	return nil
}

// loadTails loads the end until it meets the head or goes no further.
func (s *scan) loadTails() {
	s.mu.Lock()
	for s.whole == nil && !s.tail.over {
		if !s.tail.begin() { // another goroutine loads a page
			change := s.change
			s.mu.Unlock()
			<-change
			s.mu.Lock()
			continue
		}
		token := s.tail.next
		s.mu.Unlock()
		s.loadTail(token)
		s.mu.Lock()
	}
	s.mu.Unlock()
}

// join completes the listing when both ends have met. The caller holds the
// lock.
func (s *scan) join() {
	if rest, met := s.tail.after(s.head[len(s.head)-1].last()); met {
		s.complete(append(slices.Clip(s.head), rest...))
	}
}

// complete ends the scan. The caller holds the lock.
func (s *scan) complete(all run) {
	s.whole = newSnapshot(all)
	s.whole.date, s.whole.watermark, s.whole.removals, s.whole.listed, s.whole.how = s.began, s.date, s.date, s.began, byListing
	s.head, s.starts, s.next, s.tail, s.part = nil, nil, "", tail{}, nil
	s.err = nil
}

// loaded returns the records that are there, and when the last of them came.
// It waits for nothing.
func (s *scan) loaded() (r run, touched time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.whole != nil {
		return s.whole.run, s.touched
	}
	return s.head, s.touched
}

// dates returns when the first page was asked for, by this machine's clock and by
// Bigin's; zero before that.
func (s *scan) dates() (began, date time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.began, s.date
}

// sofar returns a snapshot of the records that are there, made once for each
// page.
func (s *scan) sofar() *snapshot {
	s.mu.Lock()
	whole, part, head := s.whole, s.part, s.head
	s.mu.Unlock()
	switch {
	case whole != nil:
		return whole
	case part != nil && len(part.run) == len(head):
		return part
	}
	part = newSnapshot(head)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.whole == nil && (s.part == nil || len(s.part.run) < len(part.run)) {
		s.part = part
	}
	return part
}
