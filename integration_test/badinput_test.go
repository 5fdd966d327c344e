package integration_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// Mistakes of the person: the exit code is the one that the help promises, and one
// line names the mistake and the remedy.
func TestBadInput(t *testing.T) {
	t.Parallel()
	const dir = "DIR" // stands for the mountpoint
	for _, bad := range []struct {
		name string
		args []string
		env  []string
		code int
		says []string
	}{
		{"unknown command", []string{"mout", dir}, nil, 2, []string{"mout", "did you mean mount?"}},
		{"unknown flag", []string{"mount", "--atr-ttl", "1m", dir}, nil, 2, []string{"--atr-ttl", "did you mean --attr-ttl?"}},
		{"no mountpoint", []string{"mount"}, nil, 2, []string{"MOUNTPOINT"}},
		{"two mountpoints", []string{"mount", dir, "/mnt"}, nil, 2, []string{"/mnt"}},
		{"a TTL that is none", []string{"mount", "--content-ttl", "soon", dir}, nil, 2, []string{"--content-ttl", "soon", "5m"}},
		{"a TTL without a unit", []string{"mount", "--attr-ttl", "10", dir}, nil, 2, []string{"--attr-ttl", "10", "30s"}},
		{"a TTL below zero", []string{"mount", "--negative-ttl=-1s", dir}, nil, 2, []string{"--negative-ttl", "-1s"}},
		{"a size that is none", []string{"mount", "--cache-size", "much", dir}, nil, 2, []string{"--cache-size", "much", "64MiB"}},
		{"a size in a unit that is none", []string{"mount", "--max-photo-size", "3 apples", dir}, nil, 2, []string{"--max-photo-size", "3 apples"}},
		{"no calls at once", []string{"mount", "--concurrency", "0", dir}, nil, 2, []string{"--concurrency", "1"}},
		{"a level that is none", []string{"mount", "--log-level", "loud", dir}, nil, 2, []string{"--log-level", "loud", "debug"}},
		{"unknown data center", []string{"mount", "--data-center", "mars", dir}, nil, 2, []string{"mars", "eu"}},
		{"a wrong variable", []string{"mount", dir}, []string{"BIGINFS_CONTENT_TTL=soon"}, 2, []string{"BIGINFS_CONTENT_TTL", "soon"}},
		{"a config file that is not there", []string{"mount", "--config", "/nowhere/config.toml", dir}, nil, 2, []string{"/nowhere/config.toml"}},
		{"no credentials", []string{"mount", dir}, []string{"BIGINFS_REFRESH_TOKEN="}, 3, []string{"biginfs login", "biginfs demo"}},
		{"half of the credentials", []string{"mount", dir}, []string{"BIGINFS_CLIENT_SECRET="}, 3, []string{"BIGINFS_CLIENT_SECRET"}},
		{"missing mountpoint", []string{"mount", dir + "/missing"}, nil, 4, []string{"missing", "mkdir -p"}},
		{"a mountpoint that is a file", []string{"mount", "/etc/hostname"}, nil, 4, []string{"/etc/hostname", "not a directory"}},
		{"a mountpoint that is not empty", []string{"mount", "/etc"}, nil, 4, []string{"/etc", "not empty"}},
		{"a mountpoint of another file system", []string{"mount", "/proc"}, nil, 4, []string{"/proc", "choose another"}},
		{"unmount of nothing", []string{"unmount", dir}, nil, 4, []string{"nothing is mounted"}},
		{"unmount of something else", []string{"unmount", "/proc"}, nil, 4, []string{"/proc", "umount"}},
	} {
		t.Run(bad.name, func(t *testing.T) {
			s := newSite(t, &bigintest.Server{})
			s.env = bad.env
			var args []string
			for _, a := range bad.args {
				args = append(args, strings.Replace(a, dir, s.dir, 1))
			}
			m := s.start(args...)
			m.ends(bad.code)
			said := m.log.String()
			if !holds(said, bad.says...) || len(lines(said)) != 1 {
				t.Errorf("it says %q, want one line with %q", said, bad.says)
			}
			if bad.code == 2 && len(s.Requests()) > 0 {
				t.Errorf("a mistake cost %d requests", len(s.Requests()))
			}
			if entries, err := os.ReadDir(s.dir); err != nil || len(entries) > 0 {
				t.Errorf("left in the mountpoint: %v, %v", entries, err)
			}
			if left, err := filepath.Glob(filepath.Join(s.home, "*", "*", "*.log")); err != nil || len(left) > 0 {
				t.Errorf("left at home: %v, %v", left, err)
			}
		})
	}
}

// A directory that is in use is refused, and whoever uses it is not disturbed.
func TestMountedAlready(t *testing.T) {
	t.Parallel()
	server, ids := organisation(1, 4000)
	s := newSite(t, server)
	m := s.mount()
	second := s.start("mount", s.dir)
	second.wait()
	if code := second.cmd.ProcessState.ExitCode(); code != 4 {
		t.Errorf("the second mount ended with %d, want 4", code)
	}
	if said := second.log.String(); !holds(said, s.dir, "mounted there already", "biginfs unmount") || len(lines(said)) != 1 {
		t.Errorf("it says %q", said)
	}
	if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "OK 4000" {
		t.Errorf("the first mount: %s", got)
	}
}
