package integration_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// The demo needs no account and no network. Its organisation is always the
// same, so this process knows what must come.
func TestDemoIsReadAndEndsWithCtrlC(t *testing.T) {
	t.Parallel()
	s := newSite(t, &bigintest.Server{})
	s.env = []string{"BIGINFS_CLIENT_ID=", "BIGINFS_CLIENT_SECRET=", "BIGINFS_REFRESH_TOKEN=", "BIGINFS_ACCOUNTS_URL="}
	m := s.start("demo", s.dir)
	eventually(t, "the demo says what to try", func() bool { return m.over() || strings.Contains(m.log.String(), "cp -r") })

	// Some will do: it takes time to draw them all.
	for _, line := range lines(m.sh(`cd "$1"/Products; find . -name photo.jpg | head -n 12 | xargs show-picture`, m.dir)) {
		if line != "jpeg" && line != "png" {
			t.Errorf("a photo of the demo is a %s", line)
		}
	}
	demo := bigintest.Demo()
	compared := 0
	for _, id := range demo.IDs("Accounts")[:12] {
		if want := demo.Photo("Accounts", id); want != nil {
			compared++
			if got := m.run("cat", m.photo("Accounts", id)); got != string(want) {
				t.Errorf("company %d differs", id)
			}
		}
	}
	if compared == 0 {
		t.Error("none of the first companies has a photo")
	}
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests reached the server of an account that the demo has nothing to do with", n)
	}
	m.signal(syscall.SIGINT)
	m.ends(0)
}

// Without a directory the demo makes one, and takes it away.
func TestDemoMakesItsOwnDirectory(t *testing.T) {
	t.Parallel()
	s := newSite(t, &bigintest.Server{})
	tmp := filepath.Join(s.home, "tmp")
	if err := os.Mkdir(tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	s.env = []string{"TMPDIR=" + tmp}
	m := s.start("demo")
	eventually(t, "the demo says what to try", func() bool { return m.over() || strings.Contains(m.log.String(), "cp -r") })
	made, err := filepath.Glob(filepath.Join(tmp, "*"))
	if err != nil || len(made) != 1 {
		t.Fatalf("the demo made %q, want one directory; %v", made, err)
	}
	s.dir = made[0]
	if ids := lines(m.run("ls", m.path("Contacts"))); len(ids) < 100 {
		t.Errorf("%d contacts, want some hundred", len(ids))
	} else if _, err := strconv.ParseInt(ids[0], 10, 64); err != nil {
		t.Error(err)
	}
	m.signal(syscall.SIGTERM)
	m.ends(0)
	if _, err := os.Stat(made[0]); !os.IsNotExist(err) {
		t.Errorf("%s is left over: %v", made[0], err)
	}
}
