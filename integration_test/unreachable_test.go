package integration_test

import (
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// What cannot be reached is not gone: an error that says so, and no empty
// directory. When it is back, so is everything.
func TestUnreachableIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := threeModules()
	m := mount(t, s, "--attr-ttl", "100ms", "--content-ttl", "100ms", "--negative-ttl", "100ms")
	seen, unseen := m.photo("Contacts", s.IDs("Contacts")[0]), m.photo("Products", s.IDs("Products")[0])
	list := m.run("ls", m.path("Contacts"))
	m.run("cat", seen)
	m.disconnect()
	m.expect("operation failed", "errno=EIO")

	eventually(t, "what was believed is believed no more", func() bool { return m.errnoOf(seen) == "EIO" })
	m.fails(seen, "EIO")
	m.fails(unseen, "EIO")
	for _, dir := range []string{"Contacts", "Products"} {
		if got := m.errnoOfList(m.path(dir)); got != "EIO" {
			t.Errorf("listing %s: %s, want EIO", dir, got)
		}
		if r := m.try("ls", m.path(dir)); r.code == 0 || !strings.Contains(r.stderr, messages["EIO"]) {
			t.Errorf("ls %s ended with %d, %q and %q", dir, r.code, r.out, r.stderr)
		}
	}
	if r := m.try("find", m.path("Contacts")); r.code == 0 {
		t.Errorf("find is content with what it sees: %q", r.out)
	}

	m.reconnect()
	eventually(t, "the listing is back", func() bool { return m.try("ls", m.path("Contacts")).out == list })
	for _, photo := range []string{seen, unseen} {
		if got := m.errnoOf(photo); got != "OK 512" {
			t.Errorf("reading %s afterwards: %s", photo, got)
		}
	}
}

// A listing that breaks off in the middle is an error, not a short listing.
func TestListingBreaksOff(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	add(s, "Contacts", 700, 900, 0)
	m := mount(t, s)
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/Contacts", Skip: 2, Code: "INTERNAL_ERROR"})
	m.expect("operation failed", "op=list", "errno=EIO")
	if got := m.errnoOfList(m.path("Contacts")); got != "EIO" {
		t.Errorf("listing: %s, want EIO", got)
	}
	s.ClearFaults()
	eventually(t, "all 700 are listed", func() bool { return m.errnoOfList(m.path("Contacts")) == "OK 700" })
}

// Only a definite answer removes what was seen; while Bigin is in trouble,
// photos past their time may go on serving if that was chosen.
func TestStaleIfError(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 30_000)
	m := mount(t, s, "--attr-ttl", "100ms", "--content-ttl", "100ms", "--stale-if-error", "1h")
	photo := m.photo("Contacts", ids[0])
	old := m.run("cat", photo)
	calls := s.Calls()
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/*/*/photo", Code: "INTERNAL_ERROR"})
	eventually(t, "Bigin is asked again, in vain", func() bool {
		if m.run("cat", photo) != old {
			t.Fatal("the photo differs")
		}
		return s.Calls() > calls
	})
	if m.run("cat", photo) != old {
		t.Error("the photo differs")
	}
	s.ClearFaults()
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/*/*/photo", Status: 204})
	eventually(t, "the definite answer counts", func() bool { return m.errnoOf(photo) == "ENOENT" })
}

// Zoho need not be there when the mount begins.
func TestMountWithoutNetwork(t *testing.T) {
	t.Parallel()
	server, ids := organisation(1, 30_000)
	s := newSite(t, server)
	s.disconnect()
	m := s.mount()
	m.expect("mounting without having reached Zoho")
	m.expect("no access token")
	m.expect("operation failed", "errno=EIO")
	m.fails(m.photo("Contacts", ids[0]), "EIO")
	s.reconnect()
	eventually(t, "the photo is read once it is there", func() bool { return m.errnoOf(m.photo("Contacts", ids[0])) == "OK 30000" })
}
