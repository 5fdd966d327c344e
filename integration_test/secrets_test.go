package integration_test

import (
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// A redirect to another host is followed without the token.
func TestTokenDoesNotFollowARedirect(t *testing.T) {
	t.Parallel()
	server, ids := organisation(1, 9000)
	s := newSite(t, server)
	asked := make(chan http.Header, 10)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Header
		_, _ = w.Write(server.Photo("Contacts", ids[0]))
	}))
	defer elsewhere.Close()
	detour := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/photo") {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
			return
		}
		server.ServeHTTP(w, r)
	})
	s.detour.Store(&detour)
	m := s.mount()
	if got := m.run("cat", m.photo("Contacts", ids[0])); got != string(server.Photo("Contacts", ids[0])) {
		t.Error("the photo behind the redirect differs")
	}
	if len(asked) == 0 {
		t.Fatal("the redirect was not followed")
	}
	for range len(asked) {
		h := <-asked
		if len(h["Authorization"]) > 0 || len(h["Cookie"]) > 0 {
			t.Errorf("the other host got %v", h)
		}
		for name, values := range h {
			if strings.Contains(strings.Join(values, " "), "1000.") {
				t.Errorf("the other host got a token in %s", name)
			}
		}
	}
}

// Nothing secret is sent over http to another machine, whoever asks for it. The
// address is one of this machine that counts as another's.
func TestNothingSecretOverHTTP(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", net.JoinHostPort(foreignAddress(t), "0"))
	if err != nil {
		need.Missing(t, err.Error())
	}
	var reached atomic.Int64
	trap := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
	})}}
	trap.Start()
	defer trap.Close()
	for _, bad := range []struct {
		name  string
		flags []string
		code  int
	}{
		{"--api-url", []string{"--api-url", trap.URL}, 2},
		{"--accounts-url", []string{"--accounts-url", trap.URL}, 2},
	} {
		t.Run(bad.name, func(t *testing.T) {
			s := newSite(t, &bigintest.Server{})
			m := s.start(append(append([]string{"mount"}, bad.flags...), s.dir)...)
			m.ends(bad.code)
			if log := m.log.String(); !strings.Contains(log, "https") || !strings.Contains(log, bad.name) || len(lines(log)) != 1 {
				t.Errorf("it says %q, want a line about %s and https", log, bad.name)
			}
		})
	}
	t.Run("api_domain", func(t *testing.T) {
		server, ids := organisation(1, 3000)
		server.Behaviour.APIDomain = trap.URL
		s := newSite(t, server)
		m := s.start("mount", s.dir)
		eventually(t, "the mount stands or the program has ended", func() bool { return s.isMounted() || m.over() })
		if m.over() {
			m.ends(3)
			return
		}
		m.expect("")
		m.fails(m.photo("Contacts", ids[0]), "EACCES")
	})
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests over http to another machine", n)
	}
}

// foreignAddress is an address of this machine that is not the loopback's.
func foreignAddress(t *testing.T) string {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil {
			return n.IP.String()
		}
	}
	need.Missing(t, "no address beyond the loopback")
	return ""
}

// Only the user can read what the program keeps, whatever the umask.
func TestFilesAreForTheUserOnly(t *testing.T) {
	t.Parallel()
	server, ids := organisation(3, 3000)
	s := newSite(t, server)
	s.as = []string{need.Program(t, "sh"), "-c", `umask 0; exec "$@"`, "sh"}
	m := s.mount()
	m.run("cat", m.photo("Contacts", ids[0]))
	m.run("ls", m.path("Contacts"))
	m.stop()
	kept := 0
	err := filepath.WalkDir(s.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == s.home {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.Type().IsRegular() {
			kept++
		}
		// A directory that only the user may enter protects what is in it.
		if info.Mode().Perm()&0o077 != 0 && !within700(s.home, filepath.Dir(path)) {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if kept == 0 {
		t.Error("no file was kept, not even the token")
	}
	if got := s.secrets(); len(got) < 3 {
		t.Errorf("the test knows only %d secrets, and so does not look for the token", len(got))
	}
}

// within700 reports whether a directory, or one above it up to home, keeps
// others out.
func within700(home, dir string) bool {
	for ; dir != home; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o077 == 0 {
			return true
		}
	}
	return false
}

// Even the most talkative log holds no secret. That is checked when the
// mount ends.
func TestDebugLogHasNoSecrets(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(8, 3000)
			m := mount(t, s, "--log-level", "debug", "--log-format", format)
			m.expect("operation failed")
			m.expect("no access token")
			m.run("cat", m.photo("Contacts", ids[0]))
			s.RevokeTokens()
			m.run("ls", m.path("Contacts"))
			s.AddFault(bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", Code: "NO_PERMISSION"})
			m.errnoOf(m.photo("Contacts", ids[3]))
			s.ClearFaults()
			s.RefuseGrant(true)
			s.RevokeTokens()
			m.errnoOf(m.photo("Contacts", ids[6]))
			if !strings.Contains(m.log.String(), "NO_PERMISSION") {
				t.Errorf("the log does not tell what happened:\n%s", m.log)
			}
		})
	}
}
