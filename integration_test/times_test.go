package integration_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// modified is the time of a file.
func (m *mounted) modified(path string) time.Time {
	m.t.Helper()
	st := m.stat(path)
	return time.Unix(st.Mtim.Unix())
}

// A time that was shown stays while nothing changes, whatever is heard of the
// record later and however often the photo is fetched: who copied the photo
// need not copy it again. When the record changes, it is the record's.
func TestTimeStaysUntilTheRecordChanges(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	id := s.Add("Contacts", bigintest.Record{Last: "Lovelace", Modified: changed, Photo: photoOf(3000, 1)})
	m := mount(t, s, "--attr-ttl", "300ms", "--content-ttl", "300ms", "--unchanged-ttl", "0")
	record, photo := m.path("Contacts", fmt.Sprint(id)), m.photo("Contacts", id)
	begun := time.Now()
	ofRecord, ofPhoto := m.modified(record), m.modified(photo)
	if n := s.Calls(); n != 1 {
		t.Errorf("%d calls for a photo that is looked up by id, want 1", n)
	}
	if ofPhoto.Before(begun.Add(-time.Minute)) || ofPhoto.After(time.Now()) {
		t.Errorf("a photo of which nothing else is known is of %v, want when it was fetched", ofPhoto)
	}
	stays := func(when string) {
		t.Helper()
		if got := m.modified(record); !got.Equal(ofRecord) {
			t.Errorf("%s: the time of the record moved from %v to %v", when, ofRecord, got)
		}
		if got := m.modified(photo); !got.Equal(ofPhoto) {
			t.Errorf("%s: the time of the photo moved from %v to %v", when, ofPhoto, got)
		}
	}
	calls := s.Count(bigintest.KindPhoto)
	eventually(t, "the photo is fetched again", func() bool {
		m.run("cat", photo)
		m.stat(photo)
		return s.Count(bigintest.KindPhoto) > calls
	})
	stays("fetched again")
	m.run("ls", "-l", m.path("Contacts"), record)
	stays("listed")
	eventually(t, "the listing is old", func() bool {
		pages := s.Calls()
		m.run("ls", m.path("Contacts"))
		return s.Calls() > pages
	})
	stays("listed again")

	s.Rename("Contacts", id, "Ada", "King")
	for _, path := range []string{record, photo} {
		eventually(t, "the time of a change in Bigin is shown", func() bool {
			m.run("ls", m.path("Contacts"))
			got := m.modified(path)
			return !got.Equal(ofPhoto) && !got.Equal(ofRecord) && time.Since(got) < time.Hour
		})
	}
	if a, b := m.modified(record), m.modified(photo); !a.Equal(b) {
		t.Errorf("the record is of %v and its photo of %v", a, b)
	}
}

// What an earlier mount learned of a record tells its time from the start.
func TestTimeOfAKnownRecord(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	id := s.Add("Contacts", bigintest.Record{Last: "Lovelace", Modified: changed, Photo: photoOf(3000, 1)})
	first := mount(t, s)
	first.run("ls", first.path("Contacts"))
	first.stop()
	m := first.site.mount()
	for _, path := range []string{m.path("Contacts", fmt.Sprint(id)), m.photo("Contacts", id)} {
		if got := m.modified(path); !got.Equal(changed) {
			t.Errorf("%s is of %v, want %v", path, got, changed)
		}
	}
}
