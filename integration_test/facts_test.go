package integration_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
	"golang.org/x/sys/unix"
)

// facts are the extended attributes of a file that can be asked for by name,
// but for their prefix "user.".
func (m *mounted) facts(path string) map[string]string {
	m.t.Helper()
	f := map[string]string{}
	for _, name := range slices.Concat(listedFacts, otherFacts) {
		value := make([]byte, 1024)
		n, err := unix.Getxattr(path, "user."+name, value)
		switch {
		case err == nil:
			f[name] = string(value[:n])
		case !errors.Is(err, syscall.ENODATA):
			m.t.Errorf("user.%s of %s: %v", name, path, err)
		}
	}
	return f
}

// listedFacts are listed by each photo, otherFacts are there for whoever asks for
// them by name.
var (
	listedFacts = []string{"bigin.record_id", "bigin.module", "mime_type"}
	otherFacts  = []string{"bigin.name", "bigin.modified_time", "bigin.fetched_at", "bigin.source"}
)

// wantFacts compares facts. The time of fetching is only to be one, and recent.
func (m *mounted) wantFacts(path string, want map[string]string) {
	m.t.Helper()
	got := m.facts(path)
	if at, ok := got["bigin.fetched_at"]; ok && want["bigin.fetched_at"] == "now" {
		if when, err := time.Parse(time.RFC3339, at); err == nil && time.Since(when).Abs() < time.Hour && strings.HasSuffix(at, "Z") {
			got["bigin.fetched_at"] = "now"
		}
	}
	if !maps.Equal(got, want) {
		m.t.Errorf("%s tells %q, want %q", path, got, want)
	}
}

// wantPhotoFacts is wantFacts of a photo, which lists some of them.
func (m *mounted) wantPhotoFacts(path string, want map[string]string) {
	m.t.Helper()
	m.wantFacts(path, want)
	listed := map[string]string{}
	for _, line := range lines(m.run("getfattr", "--absolute-names", "-d", "-e", "text", path)) {
		if name, value, ok := strings.Cut(line, "="); ok {
			listed[strings.TrimPrefix(name, "user.")] = strings.Trim(value, `"`)
		}
	}
	want = maps.Clone(want)
	for _, name := range otherFacts {
		delete(want, name)
	}
	if !maps.Equal(listed, want) {
		m.t.Errorf("%s lists %q, want %q", path, listed, want)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	need.Program(t, "getfattr")
	s := &bigintest.Server{}
	var ids []int64
	for i := range 12 {
		ids = append(ids, s.Add("Accounts", bigintest.Record{Last: fmt.Sprintf("Müller & Söhne %d", i), Modified: changed, Photo: photoOf(3000, uint64(4*i+1))}))
	}
	bare := s.Add("Accounts", bigintest.Record{Modified: changed})
	m := mount(t, s)
	m.run("ls", m.path("Accounts"))
	of := func(i int) map[string]string {
		return map[string]string{
			"bigin.record_id": fmt.Sprint(ids[i]), "bigin.module": "Accounts", "bigin.name": fmt.Sprintf("Müller & Söhne %d", i),
			"bigin.modified_time": "2025-03-14T15:09:26Z", "bigin.fetched_at": "now",
		}
	}
	// The listing brought what the directory tells.
	dir := of(0)
	dir["bigin.source"] = "cache"
	m.wantFacts(m.path("Accounts", dir["bigin.record_id"]), dir)
	nameless := maps.Clone(dir)
	nameless["bigin.record_id"] = fmt.Sprint(bare)
	delete(nameless, "bigin.name")
	m.wantFacts(m.path("Companies", nameless["bigin.record_id"]), nameless)
	if n := s.Count(bigintest.KindPhoto); n != 0 {
		t.Errorf("%d photos were fetched for that, want none", n)
	}

	// The photo that is asked for first has to be fetched; what comes after two
	// in a row was fetched ahead.
	photo := of(0)
	photo["bigin.source"], photo["mime_type"] = "network", "image/png"
	m.wantPhotoFacts(m.photo("Accounts", ids[0]), photo)
	m.run("cat", m.photo("Accounts", ids[0]))
	m.run("cat", m.photo("Accounts", ids[1]))
	eventually(t, "the next photo was fetched ahead", func() bool { return m.fetchedWhole(ids[2]) })
	ahead := of(2)
	ahead["bigin.source"], ahead["mime_type"] = "cache", "image/png"
	m.wantPhotoFacts(m.photo("Accounts", ids[2]), ahead)
	m.wantPhotoFacts(m.path("by-name", "Accounts", "Müller & Söhne 2.jpg"), ahead)
	eventually(t, "nothing is fetched any more", func() bool { return m.inFlight.Load() == 0 })

	// Asking for facts never costs a call, whether they are known or not.
	calls := s.Calls()
	for range 3 {
		m.wantPhotoFacts(m.photo("Accounts", ids[0]), photo)
		m.wantPhotoFacts(m.photo("Accounts", ids[2]), ahead)
		for name, want := range photo {
			if got := m.run("getfattr", "--absolute-names", "--only-values", "-n", "user."+name, m.photo("Accounts", ids[0])); got != want && name != "bigin.fetched_at" {
				t.Errorf("user.%s is %q, want %q", name, got, want)
			}
		}
		for _, name := range []string{"user.bigin.colour", "user.mime", "user.bigin.", "security.selinux", "system.posix_acl_access"} {
			if r := m.try("getfattr", "--absolute-names", "-n", name, m.photo("Accounts", ids[0])); r.code == 0 || !strings.Contains(r.stderr, "No such attribute") && !strings.Contains(r.stderr, "not supported") {
				t.Errorf("%s: %q, %q", name, r.out, r.stderr)
			}
		}
		m.run("ls", "-laR", m.path("Accounts", fmt.Sprint(ids[0])))
	}
	if n := s.Calls() - calls; n != 0 {
		t.Errorf("%d calls for facts, want none", n)
	}
}

// fetchedWhole reports whether a photo was sent to its end.
func (s *site) fetchedWhole(id int64) bool {
	return slices.ContainsFunc(s.Requests(), func(r bigintest.Request) bool {
		return r.Kind == bigintest.KindPhoto && r.ID == id && r.Done
	})
}

// What was never told is not made up, nor asked for.
func TestFactsOfAnUnlistedRecord(t *testing.T) {
	t.Parallel()
	need.Program(t, "getfattr")
	s, ids := organisation(2, 2000)
	m := mount(t, s)
	known := map[string]string{"bigin.record_id": fmt.Sprint(ids[0]), "bigin.module": "Contacts"}
	m.wantFacts(m.path("Contacts", fmt.Sprint(ids[0])), known)
	known["mime_type"], known["bigin.fetched_at"] = "image/jpeg", "now"
	known["bigin.source"] = "cache" // the directory brought it
	m.wantPhotoFacts(m.photo("Contacts", ids[0]), known)
	if n := s.Calls(); n != 1 {
		t.Errorf("%d calls, want the one for the photo", n)
	}
}

// A photo whose size is remembered from the mount before is not fetched to
// tell its type; where it came from is told once it came.
func TestFactsOfARememberedPhoto(t *testing.T) {
	t.Parallel()
	need.Program(t, "getfattr")
	s, ids := organisation(1, 2000)
	first := mount(t, s)
	first.sh(`ls "$1"/Contacts >/dev/null; cat "$1"/Contacts/*/photo.jpg >/dev/null`, first.dir)
	first.stop()
	s.ResetLog()
	m := first.site.mount()
	m.run("ls", m.path("Contacts"))
	want := map[string]string{
		"bigin.record_id": fmt.Sprint(ids[0]), "bigin.module": "Contacts", "bigin.name": "Ada Lovelace",
		"bigin.modified_time": "2025-03-14T15:09:26Z", "mime_type": "image/jpeg",
	}
	m.wantPhotoFacts(m.photo("Contacts", ids[0]), want)
	if n := s.Count(bigintest.KindPhoto); n != 0 {
		t.Errorf("%d photos were fetched, want none", n)
	}
	m.run("cat", m.photo("Contacts", ids[0]))
	want["bigin.fetched_at"], want["bigin.source"] = "now", "network"
	m.wantPhotoFacts(m.photo("Contacts", ids[0]), want)
	if n := s.Count(bigintest.KindPhoto); n != 1 {
		t.Errorf("%d photos were fetched, want 1", n)
	}
}

// File managers find the name and the icon of the drive, and copies do not.
func TestVolumeInfo(t *testing.T) {
	t.Parallel()
	s, _ := organisation(1, 2000)
	m := mount(t, s)
	got := m.run("cat", m.path(".xdg-volume-info"))
	if !strings.HasPrefix(got, "[Volume Info]\n") || !strings.Contains(got, "\nName=") || !strings.Contains(got, "\nIcon=") {
		t.Errorf("it says %q", got)
	}
	if size := m.run("stat", "-c", "%s %a", m.path(".xdg-volume-info")); size != fmt.Sprintf("%d 444\n", len(got)) {
		t.Errorf("size and mode %q of %d bytes", size, len(got))
	}
	if all := m.run("ls", "-A", m.dir); strings.Contains(all, "volume") {
		t.Errorf("the top lists %q", all)
	}
	if n := s.Calls(); n != 0 {
		t.Errorf("%d calls, want none", n)
	}
}
