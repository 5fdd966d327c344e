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

// The number is bounded, and what was of use last stays.
func TestSightingsAreBounded(t *testing.T) {
	var s sightings
	const used = 1_000_000
	for i := range maxSightings + 50_000 {
		v := sightingOf(someRecord, 99, "image/png")
		v.used = used + int64(i)
		s.put(bigin.RecordID(i+1), v)
	}
	r := someRecord
	r.ID = 3
	if _, ok := s.get(r, false); !ok { // the oldest but two, until now
		t.Error("one of the first is not there")
	}
	list, news := s.all()
	if !news || len(list) > maxSightings || len(list) < maxSightings/2 || len(s.seen) != len(list) {
		t.Errorf("%d are kept of %d, want at most %d", len(list), len(s.seen), maxSightings)
	}
	for id, want := range map[bigin.RecordID]bool{3: true, maxSightings + 50_000: true, 1: false, 2: false} {
		if _, ok := s.seen[id]; ok != want {
			t.Errorf("%v is remembered: %t, want %t", id, ok, want)
		}
	}
	if _, news := s.all(); news {
		t.Error("there is news though nothing was seen")
	}
}
