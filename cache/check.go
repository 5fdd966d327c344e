package cache

import (
	"cmp"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// A tool that only compares sizes, like a nightly rsync, never downloads a photo
// a second time, and so would never find out that records do not tell of new
// photos. So of the sizes that were seen longer ago than an unchanged record is
// believed, a few are asked for all the same: one in checkEvery, and one at least,
// for each such time. The photo that comes may prove that records do not tell
// (belief.go), which ends the belief in all of them.
const (
	checkEvery = 100
	checkAfter = 24 * time.Hour // where unchanged records are not believed at all
)

// checks counts what was asked for all the same.
type checks struct {
	since time.Time // when the time began that they are counted for
	met   int       // sizes that might have been
	asked int
}

// check tells whether the photo of a size that is remembered, and was seen that
// long ago, is to be asked for all the same. If so, the size is not remembered
// until it came. The first of a walk through all of them is not chosen: that would
// be evidence for read-ahead. life is how long an unchanged record is believed.
func (s *sightings) check(id bigin.RecordID, age, life time.Duration) bool {
	if life = cmp.Or(life, checkAfter); age < life {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if bigin.Elapsed(s.since) >= life {
		s.checks = checks{since: time.Now()}
	}
	nth := s.met % checkEvery
	s.met++
	if s.asked > len(s.seen)/checkEvery || nth != min(len(s.seen), checkEvery)/2 {
		return false
	}
	s.asked++
	if v, ok := s.seen[id]; ok {
		v.due = true
		s.seen[id] = v
	}
	return true
}
