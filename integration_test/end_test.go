package integration_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// A mount that is in use ends all the same, and nothing stays mounted.
func TestEndsWhileInUse(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			s, ids := organisation(1, 300_000)
			m := mount(t, s)
			r := m.begin("hold", m.photo("Contacts", ids[0]))
			if got := r.hear(); got != "held" {
				t.Fatalf("the holder says %q: %s", got, r.stderr.String())
			}
			m.signal(sig)
			m.ends(0)
			if entries, err := os.ReadDir(m.dir); err != nil || len(entries) != 0 {
				t.Errorf("the mountpoint holds %v afterwards; %v", entries, err)
			}
			r.goOn()
			if code := r.end(); code != 0 {
				t.Errorf("the holder ended with %d: %s", code, r.stderr.String())
			}
		})
	}
}

// Also while programs wait for a server that does not answer.
func TestEndsWhileReadersWait(t *testing.T) {
	t.Parallel()
	for _, stall := range stalls {
		t.Run(stall.name, func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(2, 600_000)
			m := mount(t, s)
			s.AddFault(stall.fault)
			r := m.begin("cat", m.photo("Contacts", ids[0]))
			eventually(t, "it waits in the file system", r.waits)
			m.expect("operation failed", "errno=EIO")
			m.signal(syscall.SIGTERM)
			m.ends(0)
			if code := r.end(); code != 1 {
				t.Errorf("the reader ended with %d, want an error", code)
			}
		})
	}
}

// After a program that was killed, the next one clears the place.
func TestMountAfterKill(t *testing.T) {
	t.Parallel()
	server, ids := organisation(1, 5000)
	s := newSite(t, server)
	for range 3 {
		m := s.mount()
		if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "OK 5000" {
			t.Errorf("reading: %s", got)
		}
		m.kill()
		if !s.isMounted() {
			t.Error("nothing is left that had to be cleared")
		}
	}
	m := s.mount()
	if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "OK 5000" {
		t.Errorf("reading after a kill: %s", got)
	}
}

// A dead mount does not hold on to those who waited for it.
func TestKillFreesReaders(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 600_000)
	m := mount(t, s)
	s.AddFault(bigintest.Fault{StallAfter: 20_000})
	r := m.begin("cat", m.photo("Contacts", ids[0]))
	eventually(t, "it waits in the file system", r.waits)
	m.kill()
	if code := r.end(); code != 1 {
		t.Errorf("the reader ended with %d, want an error", code)
	}
}

func TestUnmountCommand(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"idle", "in use", "dead"} {
		t.Run(how, func(t *testing.T) {
			server, ids := organisation(1, 5000)
			s := newSite(t, server)
			m := s.mount()
			if how == "in use" {
				r := m.begin("hold", m.photo("Contacts", ids[0]))
				r.hear()
				defer func() { r.goOn(); r.end() }()
			}
			if how == "dead" {
				m.kill()
			}
			u := s.start("unmount", s.dir)
			u.ends(0)
			if how == "idle" {
				m.ends(0)
			} else if how == "in use" {
				m.let = true // it serves those who have something open
				defer m.stopAnyhow()
			}
		})
	}
}

// stopAnyhow ends a program whose mount is gone from the table already.
func (m *mounted) stopAnyhow() {
	m.signal(syscall.SIGTERM)
	m.wait()
}

// Whoever unmounts it with the tools of the system ends the program too.
func TestUnmountedBySomeoneElse(t *testing.T) {
	t.Parallel()
	need.Root(t)
	s, ids := organisation(1, 5000)
	m := mount(t, s)
	m.run("cat", m.photo("Contacts", ids[0]))
	m.run("umount", m.dir)
	m.ends(0)
}

// In the background the program returns when the mount answers, and the mount
// outlives it.
func TestBackground(t *testing.T) {
	t.Parallel()
	server, ids := organisation(1, 5000)
	s := newSite(t, server)
	m := s.start("mount", "--background", s.dir)
	m.wait()
	if code := m.cmd.ProcessState.ExitCode(); code != 0 || !s.isMounted() {
		t.Fatalf("it ended with %d, mounted: %v\n%s", code, s.isMounted(), m.log)
	}
	if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "OK 5000" {
		t.Errorf("reading: %s", got)
	}
	s.start("unmount", s.dir).ends(0)
	eventually(t, "nothing is mounted", func() bool { return !s.isMounted() })
	for _, r := range s.Requests() {
		if _, token, _ := cutAuthorization(r.Authorization); token != "" {
			if out := m.try("grep", "-rlF", token, s.home); out.out != "" {
				for _, file := range lines(out.out) {
					if mode := m.run("stat", "-c", "%a", file); mode != "600\n" {
						t.Errorf("%s holds the token and has mode %s", file, mode)
					}
				}
			}
		}
	}
}
