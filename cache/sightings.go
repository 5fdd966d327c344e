package cache

import (
	"hash/crc32"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// maxSightings is how many photos of a module are remembered.
const maxSightings = 200_000

// sightings are what was seen of the photos of a module: their sizes, so that a
// tool that only looks at sizes, like the second run of rsync, costs no call, and
// a sum of their bytes, which shows whether a photo can change while its record
// does not. They outlive the process with the index. The zero value is ready.
type sightings struct {
	mu    sync.Mutex
	seen  map[bigin.RecordID]sighting
	dirty bool
	checks
}

// sighting is what was seen of a complete photo.
type sighting struct {
	image    uint64 // of the record
	modified int64  // of the record, in seconds
	bytes    int64
	sum      uint32 // of the bytes; 0 when the record was so young that they may be of another state of it
	mime     string
	fetched  int64 // Unix seconds
	used     int64 // Unix seconds
	due      bool  // the photo is asked for all the same
}

// is reports whether the sighting is of that version of a record.
func (s sighting) is(r bigin.Record, nonce bool) bool {
	return s.modified == seconds(r.Modified) && r.HasPhoto() && (nonce || s.image == r.Image)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf returns a sum of these bytes, which is never 0.
func sumOf(b []byte) uint32 { return max(crc32.Checksum(b, castagnoli), 1) }

// get returns what was seen of the photo of this version of a record.
func (s *sightings) get(r bigin.Record, nonce bool) (sighting, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.seen[r.ID]
	if !ok || v.due || !v.is(r, nonce) {
		return sighting{}, false
	}
	v.used = time.Now().Unix()
	s.seen[r.ID] = v
	return v, true
}

// put remembers a sighting, and returns the one before.
func (s *sightings) put(id bigin.RecordID, v sighting) (before sighting, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = make(map[bigin.RecordID]sighting)
	}
	if before, ok = s.seen[id]; !ok && len(s.seen) >= maxSightings {
		s.trim()
	}
	s.seen[id] = v
	s.dirty = true
	return before, ok
}

// trim makes room for one more: of a few the one goes that was of no use for
// longest. That costs the same however many there are, and hardly ever hits what
// was of use lately. The caller holds the lock.
//
// https://redis.io/docs/latest/develop/reference/eviction (Approximated LRU)
func (s *sightings) trim() {
	const few = 16
	var oldest bigin.RecordID
	n := 0
	for id, v := range s.seen { // which begins anywhere
		if n == 0 || v.used < s.seen[oldest].used {
			oldest = id
		}
		if n++; n == few {
			break
		}
	}
	delete(s.seen, oldest)
}

// all returns a copy of what is remembered, and tells whether there is news in
// it.
func (s *sightings) all() (list []seen, news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list = make([]seen, 0, len(s.seen))
	for id, v := range s.seen {
		list = append(list, seen{id, v})
	}
	news, s.dirty = s.dirty, false
	return list, news
}

// seen is a sighting of the photo of a record.
type seen struct {
	id bigin.RecordID
	sighting
}

// fill takes in what was remembered before.
func (s *sightings) fill(list []seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = make(map[bigin.RecordID]sighting, len(list))
	for _, one := range list {
		s.seen[one.id] = one.sighting
	}
}
