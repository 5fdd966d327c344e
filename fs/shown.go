package fs

import (
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// shown is what a record has shown of itself, which later answers have to agree
// with: the same bytes under the same number, and the same time while nothing
// changed.
type shown struct {
	number uint64 // of this record among those shown since the mount

	mu      sync.Mutex
	version uint32         // counts the photos that differ; 0 before the first
	seen    *bigin.Version // its bytes; nil when only the size is known
	bytes   int64          // its size
	dir     stamp
	photo   stamp
	stamped uint32 // the version that the photo's is of
}

// dirTime returns the time that the directory of a record shows.
func (s *shown) dirTime(modified, unknown time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dir.at(modified, unknown)
}

// photoTime returns the time that a version of the photo shows.
func (s *shown) photoTime(version uint32, modified, unknown time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case version < s.stamped: // still open, and replaced meanwhile
		return new(stamp).at(modified, unknown)
	case version > s.stamped:
		s.photo, s.stamped = stamp{}, version
	}
	return s.photo.at(modified, unknown)
}

// forgotten keeps what records have shown that the kernel has forgotten since, as
// it does when it is short of memory or is told that they changed. The zero value
// is ready.
type forgotten struct {
	mu   sync.Mutex
	byID map[bigin.RecordID]*shown
}

// maxForgotten bounds how many are kept: some 8 MB.
const maxForgotten = 1 << 16

// keep remembers what a record has shown. When there are too many, it drops any
// other.
func (f *forgotten) keep(id bigin.RecordID, s *shown) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byID == nil {
		f.byID = make(map[bigin.RecordID]*shown)
	}
	f.byID[id] = s
	for other := range f.byID {
		if len(f.byID) <= maxForgotten {
			return
		}
		if other != id {
			delete(f.byID, other)
		}
	}
}

// take returns what a record has shown, or nil.
func (f *forgotten) take(id bigin.RecordID) *shown {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.byID[id]
	delete(f.byID, id)
	return s
}
