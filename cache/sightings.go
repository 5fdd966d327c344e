package cache

import (
	"cmp"
	"hash/crc32"
	"slices"
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
	if !ok || !v.is(r, nonce) {
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
	before, ok = s.seen[id]
	s.seen[id] = v
	s.dirty = true
	return before, ok
}

// all returns a copy of what is remembered, as far as there is room, the last used
// first, and reports whether there is anything new in it.
func (s *sightings) all() (list []seen, news bool) {
	s.mu.Lock()
	list = make([]seen, 0, len(s.seen))
	for id, v := range s.seen {
		list = append(list, seen{id, v})
	}
	news, s.dirty = s.dirty, false
	s.mu.Unlock()
	if len(list) > maxSightings {
		slices.SortFunc(list, func(a, b seen) int { return cmp.Compare(b.used, a.used) })
		s.forget(list[maxSightings*9/10:])
		list = list[:maxSightings*9/10]
	}
	return list, news
}

// seen is a sighting of the photo of a record.
type seen struct {
	id bigin.RecordID
	sighting
}

func (s *sightings) forget(list []seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range list {
		delete(s.seen, one.id)
	}
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
