package integration_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// site is a place to mount at: a Bigin behind a port, a home directory, and an
// empty directory.
type site struct {
	*bigintest.Server
	t       *testing.T
	url     string
	home    string
	dir     string
	program string
	env     []string // in addition to the credentials
	as      []string // what stands before every command, as setpriv does

	protocol bigintest.Protocol
	endpoint *bigintest.Endpoint              // nil while it is unreachable
	detour   atomic.Pointer[http.HandlerFunc] // what requests meet before the server, if not nil
	inFlight atomic.Int64                     // requests being answered
}

// newSite puts the server behind a port. The mountpoint has a space and a letter
// beyond ASCII in its name, as people's have.
func newSite(t *testing.T, server *bigintest.Server) *site {
	t.Helper()
	return newSiteOver(t, bigintest.PlainHTTP, server)
}

// newSiteOver has the port speak a protocol. Bigin itself speaks HTTP/2 over TLS.
func newSiteOver(t *testing.T, p bigintest.Protocol, server *bigintest.Server) *site {
	t.Helper()
	if err := lookAtSources(); err != nil {
		t.Fatal(err)
	}
	need.FUSE(t)
	root := t.TempDir()
	s := &site{Server: server, t: t, protocol: p, program: program, home: filepath.Join(root, "home"), dir: filepath.Join(root, "Bigin müd")}
	for _, dir := range []string{s.home, s.dir} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.listen("")
	s.url = s.endpoint.URL
	if p != bigintest.PlainHTTP {
		s.trust(filepath.Join(root, "ca.pem"))
	}
	t.Cleanup(func() {
		s.clear()
		s.disconnect()
		if all := filepath.Dir(root); !mountedBelow(t, all) { // by another site of the test
			letRemove(t, all)
		}
	})
	return s
}

// letRemove makes directories writable below the one that holds all temporary
// directories of the test: copies of the mount are not, and only root could
// remove what is in them.
func letRemove(t *testing.T, dir string) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o755)
	})
	if err != nil {
		t.Error(err)
	}
}

// ServeHTTP counts the requests on their way to the server.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.inFlight.Add(1)
	defer s.inFlight.Add(-1)
	if h := s.detour.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	s.Server.ServeHTTP(w, r)
}

func (s *site) listen(address string) {
	s.t.Helper()
	e, err := bigintest.Listen(address, s.protocol, s)
	if err != nil {
		s.t.Fatal(err)
	}
	s.endpoint = e
}

// trust has the program trust the certificates of these tests, and no others.
func (s *site) trust(file string) {
	s.t.Helper()
	ca, err := bigintest.CA()
	if err == nil {
		err = os.WriteFile(file, ca, 0o644)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.env = append(s.env, "SSL_CERT_FILE="+file)
}

// disconnect makes the server unreachable: connections break, and no new ones
// are accepted.
func (s *site) disconnect() {
	if s.endpoint == nil {
		return
	}
	s.endpoint.Close()
	s.endpoint = nil
}

// reconnect makes it reachable again, at the same address.
func (s *site) reconnect() {
	s.t.Helper()
	_, address, _ := strings.Cut(s.url, "://")
	s.listen(address)
}

// environ is all that the program sees of the environment.
func (s *site) environ() []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + s.home,
		"XDG_CONFIG_HOME=" + filepath.Join(s.home, "config"),
		"XDG_STATE_HOME=" + filepath.Join(s.home, "state"),
		"XDG_CACHE_HOME=" + filepath.Join(s.home, "cache"),
		"XDG_RUNTIME_DIR=" + filepath.Join(s.home, "run"),
		"BIGINFS_CONFIG=",
		"BIGINFS_CLIENT_ID=" + bigintest.DefaultClientID,
		"BIGINFS_CLIENT_SECRET=" + bigintest.DefaultClientSecret,
		"BIGINFS_REFRESH_TOKEN=" + bigintest.DefaultRefreshToken,
		"BIGINFS_ACCOUNTS_URL=" + s.url,
		"GORACE=atexit_sleep_ms=0",
	}, s.env...)
}

// secrets are what must not be seen anywhere.
func (s *site) secrets() []string {
	secrets := map[string]bool{bigintest.DefaultClientSecret: true, bigintest.DefaultRefreshToken: true}
	for _, r := range s.Requests() {
		if _, token, ok := cutAuthorization(r.Authorization); ok {
			secrets[token] = true
		}
	}
	var list []string
	for secret := range secrets {
		list = append(list, secret)
	}
	return list
}
