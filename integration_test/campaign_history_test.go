package integration_test

import (
	"crypto/md5"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// state is what a record was for some time: when it may have begun at the
// earliest, and what its photo was.
type state struct {
	since time.Time
	there bool
	photo []byte // nil is none
}

// history is all that an organisation was, so that what a program saw can be
// compared with what was true while it looked.
type history struct {
	server *bigintest.Server
	mu     sync.Mutex
	lies   []span // when answers announced a size that no photo has
	states map[int64][]state
	ended  map[int64][]time.Time // when the state of that index had surely ended
}

// span is some time; end is zero while it lasts.
type span struct{ begin, end time.Time }

// announced is the size that answers tell of falsely.
const announced = 1 << 20

func newHistory(s *bigintest.Server, ids []int64) *history {
	h := &history{server: s, states: map[int64][]state{}, ended: map[int64][]time.Time{}}
	for _, id := range ids {
		h.states[id] = []state{{there: true, photo: s.Photo("Contacts", id)}}
	}
	return h
}

// first returns the photo that a record had from the start.
func (h *history) first(id int64) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.states[id][0].photo
}

// change makes a change that leads to a state of the record.
func (h *history) change(id int64, next state, do func()) {
	h.mu.Lock()
	next.since = time.Now()
	h.states[id] = append(h.states[id], next)
	h.mu.Unlock()
	do()
	h.mu.Lock()
	h.ended[id] = append(h.ended[id], time.Now())
	h.mu.Unlock()
}

// lie notes that from now until truth is called, answers announce a size that no
// photo has.
func (h *history) lie() (truth func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := len(h.lies)
	h.lies = append(h.lies, span{begin: time.Now()})
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.lies[i].end = time.Now()
	}
}

// lied reports whether a size may have been told falsely in a span of time.
func (h *history) lied(from, to time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(h.lies, func(l span) bool {
		return !l.begin.After(to) && (l.end.IsZero() || !l.end.Before(from))
	})
}

// during returns the states that a record may have had in a span of time.
func (h *history) during(id int64, from, to time.Time) (list []state) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, s := range h.states[id] {
		if s.since.After(to) || i < len(h.ended[id]) && h.ended[id][i].Before(from) {
			continue
		}
		list = append(list, s)
	}
	if len(list) == 0 {
		list = []state{{}} // no such record
	}
	return list
}

func (h *history) ids() []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.states))
}

// piece is what a read gave: so many bytes at an offset, and their sum.
type piece struct {
	Off, N int
	Sum    [md5.Size]byte
	End    bool // and nothing came after it
}

// step is one thing that a campaigner did.
type step struct {
	What       string // "read" or "list"
	ID         int64
	Begin, End time.Time
	Longest    time.Duration // of its system calls
	Errno      string        // "" when all went well
	Pieces     []piece
	Size       int
	Names      []string
}

// wrong says what is wrong with a step, with what is believed for so long; ""
// is nothing.
func (h *history) wrong(s step, lag, timeout time.Duration) string {
	from := s.Begin.Add(-lag)
	if s.Longest > timeout {
		return fmt.Sprintf("a system call took %v", s.Longest)
	}
	if s.What == "list" {
		return h.wrongList(s, from)
	}
	states := h.during(s.ID, from, s.End)
	switch s.Errno {
	case "", "EIO", "ETIMEDOUT", "EDQUOT":
	case "ENOENT":
		if !slices.ContainsFunc(states, func(v state) bool { return v.photo == nil }) {
			return "ENOENT for a photo that was there all the time"
		}
	case "ESTALE":
		if len(states) == 1 && !h.lied(from, s.End) {
			return "ESTALE for a photo that did not change"
		}
	default:
		return "an error that is none of the table: " + s.Errno
	}
	// What a false size promised ends with an error, and what was read before it is of
	// a version all the same.
	falsely := s.Errno != "" && s.Size == announced && h.lied(from, s.End)
	if len(s.Pieces) > 0 && !slices.ContainsFunc(states, func(v state) bool { return v.photo != nil && s.fits(v.photo, falsely) }) {
		var sizes []int
		for _, v := range states {
			sizes = append(sizes, len(v.photo))
		}
		return fmt.Sprintf("%d bytes in %d pieces that are of no version, of %v bytes", s.Size, len(s.Pieces), sizes)
	}
	return ""
}

// fits reports whether all that was read is of this photo, and its size too unless
// that was told falsely.
func (s step) fits(photo []byte, falsely bool) bool {
	if s.Size != len(photo) && !falsely {
		return false
	}
	for _, p := range s.Pieces {
		if falsely && p.N == 0 {
			continue // at the end that was announced
		}
		if p.Off+p.N > len(photo) || md5.Sum(photo[p.Off:p.Off+p.N]) != p.Sum || p.End && p.Off+p.N != len(photo) {
			return false
		}
	}
	return true
}

// wrongList compares a listing, or what came of it before an error, with the
// records that were.
func (h *history) wrongList(s step, from time.Time) string {
	seen := map[int64]bool{}
	for _, name := range s.Names {
		id, err := strconv.ParseInt(name, 10, 64)
		if err != nil || seen[id] {
			return fmt.Sprintf("the name %q, which is wrong or came twice", name)
		}
		seen[id] = true
		if !slices.ContainsFunc(h.during(id, from, s.End), func(v state) bool { return v.there }) {
			return fmt.Sprintf("record %d, which was not there", id)
		}
	}
	switch s.Errno {
	case "":
	case "EIO", "ETIMEDOUT", "EDQUOT":
		return ""
	default:
		return "an error that is none of the table: " + s.Errno
	}
	for _, id := range h.ids() {
		always := !slices.ContainsFunc(h.during(id, from, s.End), func(v state) bool { return !v.there })
		if always && !seen[id] {
			return fmt.Sprintf("%d names without record %d, which was there all the time", len(seen), id)
		}
	}
	return ""
}
