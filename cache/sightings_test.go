package cache

import (
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

var (
	someTime   = time.Date(2025, 3, 14, 15, 9, 26, 0, time.UTC)
	someRecord = bigin.Record{ID: 7, Image: 1<<64 - 1, Modified: someTime}
)

// sightingOf is what is seen of a photo of that size of a record.
func sightingOf(r bigin.Record, bytes int64, mime string) sighting {
	return sighting{image: r.Image, modified: seconds(r.Modified), bytes: bytes, mime: mime, sum: 9, fetched: 1, used: 2}
}

// A sighting counts for the very record it was seen with.
func TestSightingsOfWhatChanged(t *testing.T) {
	var s sightings
	s.put(someRecord.ID, sightingOf(someRecord, 99, "image/jpeg"))
	image, earlier, later, undated, none, other := someRecord, someRecord, someRecord, someRecord, someRecord, someRecord
	image.Image--
	earlier.Modified = someTime.Add(-time.Second)
	later.Modified = someTime.Add(time.Second)
	undated.Modified = time.Time{}
	none.Image = 0
	other.ID = 8
	for what, r := range map[string]bigin.Record{
		"another image": image, "an earlier time": earlier, "a later time": later, "no time": undated, "no photo": none, "another id": other,
	} {
		if v, ok := s.get(r, false); ok {
			t.Errorf("with %s it is %+v", what, v)
		}
		if _, ok := s.get(r, true); ok != (what == "another image") {
			t.Errorf("with %s, where images differ from call to call: %t", what, ok)
		}
	}
	s.put(later.ID, sightingOf(later, 6, "image/gif"))
	if v, ok := s.get(later, false); !ok || v.bytes != 6 || v.mime != "image/gif" {
		t.Errorf("after the change: %+v, %t", v, ok)
	}
	if _, ok := s.get(someRecord, false); ok {
		t.Error("the sighting before the change is still there")
	}
}

// The number is bounded at any time, and of what was of use last nearly all
// stays.
func TestSightingsAreBounded(t *testing.T) {
	var s sightings
	const more = maxSightings / 4
	for i := range maxSightings + more {
		v := sightingOf(someRecord, 99, "image/png")
		if v.used = int64(i); i < more {
			v.used += maxSightings // of use again
		}
		s.put(bigin.RecordID(i+1), v)
		if len(s.seen) > maxSightings {
			t.Fatalf("%d are kept, want at most %d", len(s.seen), maxSightings)
		}
	}
	lost := [5]int{} // by quarters of what was put
	for i := range maxSightings + more {
		if _, ok := s.seen[bigin.RecordID(i+1)]; !ok {
			lost[i/more]++
		}
	}
	if lost[0] > more/50 || lost[3] > more/50 || lost[4] > more/50 || lost[1] < more/2 {
		t.Errorf("of %d each, of which the first and the last were of use last, there were lost %v", more, lost)
	}
	list, news := s.all()
	if !news || len(list) != len(s.seen) {
		t.Errorf("%d of %d are to be written, %t", len(list), len(s.seen), news)
	}
	if _, news := s.all(); news {
		t.Error("there is news though nothing was seen")
	}
}
