package integration_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// costs runs something and checks how many calls it made.
func (m *mounted) costs(what string, photos, lists, records int, do func()) {
	m.t.Helper()
	m.ResetLog()
	do()
	got := [3]int{m.Count(bigintest.KindPhoto), m.Count(bigintest.KindList), m.Count(bigintest.KindRecord)}
	if got != [3]int{photos, lists, records} {
		m.t.Errorf("%s: %v calls for photos, pages and records, want %v", what, got, [3]int{photos, lists, records})
	}
	if n := m.Calls(); n != got[0]+got[1]+got[2] {
		m.t.Errorf("%s: %d calls, of which some are of no kind that is known", what, n)
	}
}

func TestCallsOfACat(t *testing.T) {
	t.Parallel()
	s, ids := organisation(3, 70_000)
	none := s.Add("Contacts", bigintest.Record{Last: "no photo"})
	m := mount(t, s)
	photo := m.photo("Contacts", ids[0])
	m.costs("the mount itself", 0, 0, 0, func() { m.run("stat", "-f", m.dir) })
	m.costs("cat of an unlisted id", 1, 0, 0, func() { m.run("cat", photo) })
	m.costs("cat again", 0, 0, 0, func() { m.run("cat", photo) })
	m.costs("and all that one can ask of it", 0, 0, 0, func() {
		m.run("stat", photo)
		m.run("ls", "-la", m.path("Contacts", fmt.Sprint(ids[0])))
		m.run("dd", "status=none", "if="+photo, "of=/dev/null")
		m.run("head", "-c", "4096", photo)
	})
	m.costs("stat and cat of another", 1, 0, 0, func() {
		m.run("stat", m.photo("Contacts", ids[2]))
		m.run("cat", m.photo("Contacts", ids[2]))
	})
	m.costs("an unlisted record without a photo", 1, 0, 1, func() { m.errnoOf(m.photo("Contacts", none)) })
	m.costs("that again", 0, 0, 0, func() { m.errnoOf(m.photo("Contacts", none)) })
}

func TestManyReadersOfOnePhoto(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2<<20)
	s.Behaviour.Latency = 100 * time.Millisecond
	m := mount(t, s)
	m.costs("24 readers", 1, 0, 0, func() {
		out := m.sh(`for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do md5sum <"$1" & done; wait`, m.photo("Contacts", ids[0]))
		got := lines(out)
		if len(got) != 24 {
			t.Errorf("%d readers came back", len(got))
		}
		for _, line := range got {
			if want := md5Of(s.Photo("Contacts", ids[0])) + "  -"; line != want {
				t.Errorf("a reader got %s, want %s", line, want)
			}
		}
	})
}

func TestCallsOfListings(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	ids := add(s, "Contacts", 1000, 900, 4)
	m := mount(t, s)
	contacts := m.path("Contacts")
	m.costs("ls of 1,000 records", 0, 5, 0, func() {
		if got := lines(m.run("ls", contacts)); len(got) != 1000 {
			t.Errorf("%d names", len(got))
		}
	})
	m.costs("ls again", 0, 0, 0, func() { m.run("ls", contacts) })
	m.costs("ls -l", 0, 0, 0, func() { m.run("ls", "-l", contacts) })
	m.costs("find -name photo.jpg", 0, 0, 0, func() {
		if got := lines(m.run("find", contacts, "-name", "photo.jpg")); len(got) != 750 {
			t.Errorf("find sees %d photos, want 750", len(got))
		}
	})
	m.costs("find -type f", 0, 0, 0, func() { m.run("find", contacts, "-type", "f") })
	m.costs("the types of all entries", 0, 0, 0, func() {
		m.run("scan-records", contacts)
	})
	without := ids[3]
	m.costs("a listed record without a photo", 0, 0, 0, func() {
		m.fails(m.photo("Contacts", without), "ENOENT")
		m.run("ls", "-la", m.path("Contacts", fmt.Sprint(without)))
	})
	m.costs("one photo of many", 1, 0, 0, func() { m.run("cat", m.photo("Contacts", ids[500])) })
	m.costs("the other modules, of which nobody asked", 0, 0, 0, func() { m.run("ls", m.dir) })
}

// Where nothing is believed, each listing is loaded once. The attributes that the
// kernel wants along with the names are not worth a call for each of them.
func TestCallsOfListingsThatAreNotKept(t *testing.T) {
	t.Parallel()
	for _, ttl := range []string{"0s", "1ms"} {
		s := &bigintest.Server{Behaviour: bigintest.Behaviour{Latency: 5 * time.Millisecond}}
		add(s, "Contacts", 300, 900, 3)
		m := mount(t, s, "--attr-ttl", ttl)
		m.costs("ls with --attr-ttl "+ttl, 0, 2, 0, func() {
			if got := lines(m.run("ls", m.path("Contacts"))); len(got) != 300 {
				t.Errorf("%d names", len(got))
			}
		})
		before := m.Calls()
		if got := lines(m.run("ls", m.path("by-name", "Contacts"))); len(got) != 200 {
			t.Errorf("%d names", len(got))
		}
		if n := m.Calls() - before; n > 3 {
			t.Errorf("ls of the names with --attr-ttl %s costs %d calls", ttl, n)
		}
	}
}

// Without a listing before it, find costs the listing and nothing more.
func TestCallsOfAColdFind(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	add(s, "Products", 401, 900, 3)
	m := mount(t, s)
	m.costs("find", 0, 3, 0, func() {
		if got := lines(m.run("find", m.path("Products"), "-name", "photo.jpg")); len(got) != 401-401/3 {
			t.Errorf("find sees %d photos", len(got))
		}
	})
}

// A listing that its reader leaves after the first names is not loaded to the
// end.
func TestFirstNamesCostFewPages(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	add(s, "Contacts", 3000, 900, 0)
	m := mount(t, s)
	m.run("first-entry", m.path("Contacts"))
	if n := s.Count(bigintest.KindList); n > 6 {
		t.Errorf("%d pages for the first name", n)
	}
}

func TestUnknownIDIsRemembered(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2000)
	m := mount(t, s)
	unknown := m.photo("Contacts", ids[0]+5000)
	if got := m.errnoOf(unknown); got != "ENOENT" {
		t.Errorf("reading it: %s, want ENOENT", got)
	}
	if n := s.Calls(); n < 1 || n > 2 {
		t.Errorf("%d calls for an unknown id, want 1 or 2", n)
	}
	m.costs("an unknown id again", 0, 0, 0, func() {
		m.fails(unknown, "ENOENT")
		m.errnoOfList(m.path("Contacts", strconv.FormatInt(ids[0]+5000, 10)))
	})
}

// Once the time is over for which it is believed that a record is not there, a
// new one is found.
func TestNegativeTTLEnds(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2000)
	m := mount(t, s, "--negative-ttl", "300ms")
	id := ids[0] + 5000
	m.fails(m.photo("Contacts", id), "ENOENT")
	s.Add("Contacts", bigintest.Record{ID: id, Last: "new", Photo: photoOf(1500, 9)})
	eventually(t, "the new record is found", func() bool { return m.errnoOf(m.photo("Contacts", id)) == "OK 1500" })
}
