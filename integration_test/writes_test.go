package integration_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Nothing can be written, and the reason is the file system and not somebody's
// rights.
func TestEveryWriteIsRefused(t *testing.T) {
	t.Parallel()
	s, ids := organisation(2, 5000)
	m := mount(t, s)
	photo := m.photo("Contacts", ids[0])
	m.run("cat", photo)
	s.ResetLog()
	out := m.run("try-writes", m.dir, m.path("Contacts"), m.path("Contacts", fmt.Sprint(ids[0])), photo)
	seen := lines(out)
	if len(seen) != len(writes) {
		t.Fatalf("%d answers for %d writes", len(seen), len(writes))
	}
	for i, got := range seen {
		if got != "EROFS" {
			t.Errorf("%s: %s, want EROFS", writes[i].name, got)
		}
	}
	if n := s.Calls(); n != 0 {
		t.Errorf("%d calls to Bigin for writes: %v", n, s.Requests())
	}
	for _, r := range s.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s reached Bigin", r.Method, r.Path)
		}
	}
	if got := m.run("cat", photo); got != string(s.Photo("Contacts", ids[0])) {
		t.Error("the photo has changed")
	}
}

func TestToolsSayThatItIsReadOnly(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 5000)
	m := mount(t, s)
	photo, dir := m.photo("Contacts", ids[0]), m.path("Contacts", fmt.Sprint(ids[0]))
	for _, tool := range [][]string{
		{"rm", "-f", photo},
		{"rm", "-rf", dir},
		{"rmdir", dir},
		{"mv", photo, dir + "/portrait.jpg"},
		{"cp", "/bin/true", dir + "/new"},
		{"cp", "/bin/true", photo},
		{"mkdir", m.path("Deals")},
		{"touch", photo},
		{"touch", m.path("new")},
		{"ln", "-s", "x", m.path("new")},
		{"chmod", "u+w", photo},
		{"truncate", "-s", "0", photo},
	} {
		if r := m.try(tool[0], tool[1:]...); r.code == 0 || !strings.Contains(r.stderr, messages["EROFS"]) {
			t.Errorf("%q ended with %d and %q", tool, r.code, r.stderr)
		}
	}
}
