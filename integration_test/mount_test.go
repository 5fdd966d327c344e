package integration_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/sweep"
)

// mounted is a mount that runs.
type mounted struct {
	*site
	cmd    *exec.Cmd
	log    output // what it wrote
	ended  chan struct{}
	warned []string // pieces of warnings that may stand in the log
	let    bool     // its end was looked at
}

// mount mounts the server with these flags. When the test ends, it is unmounted
// and everything is looked through that a mount could leave behind.
func mount(t *testing.T, server *bigintest.Server, flags ...string) *mounted {
	t.Helper()
	return newSite(t, server).mount(flags...)
}

// mount mounts at the site; again, if it was mounted before.
func (s *site) mount(flags ...string) *mounted {
	s.t.Helper()
	m := s.start(append(append([]string{"mount"}, flags...), s.dir)...)
	eventually(s.t, "the mount answers or the program has ended", func() bool {
		// A dead mount does not answer, and an empty directory is not mounted.
		return m.over() || m.try("stat", "-f", s.dir).code == 0 && s.isMounted()
	})
	if m.over() {
		s.t.Fatalf("the program ended with %v:\n%s", m.cmd.ProcessState, m.log)
	}
	return m
}

// start runs the program with these arguments. It is ended with the test.
func (s *site) start(args ...string) *mounted {
	s.t.Helper()
	m := &mounted{site: s, log: newOutput(s.t), ended: make(chan struct{})}
	argv := append(slices.Clone(s.as), append([]string{s.program}, args...)...)
	m.cmd = exec.Command(argv[0], argv[1:]...)
	m.cmd.Env = s.environ()
	m.cmd.Stdout, m.cmd.Stderr = m.log.File, m.log.File
	if err := m.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		_ = m.cmd.Wait()
		close(m.ended)
	}()
	s.t.Cleanup(func() {
		if !m.let {
			m.stop()
		}
	})
	return m
}

// stop ends the mount as a service manager does, and checks what it leaves.
func (m *mounted) stop() {
	m.t.Helper()
	if m.over() {
		m.t.Errorf("the program ended before its time:\n%s", m.log)
	}
	m.checkArguments()
	m.signal(syscall.SIGTERM)
	m.ends(0)
}

// ends waits for the program to end with this code, and checks what it leaves.
func (m *mounted) ends(code int) {
	m.t.Helper()
	m.wait()
	if got := m.cmd.ProcessState.ExitCode(); got != code {
		m.t.Errorf("the program ended with %v, want exit code %d:\n%s", m.cmd.ProcessState, code, m.log)
	}
	if m.isMounted() {
		m.t.Errorf("%s is still mounted", m.dir)
	}
	m.checkLog()
	m.checkFiles()
}

// kill ends the program without giving it a chance.
func (m *mounted) kill() {
	m.t.Helper()
	m.signal(syscall.SIGKILL)
	m.wait()
	m.checkLog()
}

func (m *mounted) signal(s syscall.Signal) {
	m.t.Helper()
	if err := m.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		m.t.Error(err)
	}
}

// wait waits for the end of the program, and makes it end if it does not.
func (m *mounted) wait() {
	m.t.Helper()
	m.let = true
	if within(patience, m.over) {
		return
	}
	m.t.Errorf("the program did not end:\n%s", m.log)
	_ = m.cmd.Process.Kill()
	if !within(patience, m.over) {
		m.t.Fatal("not even SIGKILL ends the program: it waits for itself in the kernel")
	}
}

func (m *mounted) over() bool {
	select {
	case <-m.ended:
		return true
	default:
		return false
	}
}

// proc is a file of the process in proc(5).
func (m *mounted) proc(name string) string {
	return filepath.Join("/proc", strconv.Itoa(m.cmd.Process.Pid), name)
}

// isMounted reports whether something is mounted at the site.
func (s *site) isMounted() bool {
	s.t.Helper()
	return bytes.Contains(mountTable(s.t), []byte(" "+escaped(s.dir)+" "))
}

// mountedBelow reports whether something is mounted below a directory.
func mountedBelow(t *testing.T, dir string) bool {
	t.Helper()
	return bytes.Contains(mountTable(t), []byte(" "+escaped(dir)+"/"))
}

func mountTable(t *testing.T) []byte {
	t.Helper()
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// escaped is how the table writes a path.
func escaped(path string) string { return strings.ReplaceAll(path, " ", `\040`) }

// clear makes sure that no dead mount is in the way of removing the directory.
func (s *site) clear() {
	for s.isMounted() {
		if err := sweep.Detach(s.dir); err != nil {
			s.t.Errorf("unmount %s: %v", s.dir, err)
			return
		}
	}
}

// output is what a program writes: into a file, so that all of it can be seen at
// once.
type output struct{ *os.File }

func newOutput(t *testing.T) output {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(t.TempDir(), "log"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return output{f}
}

func (o output) String() string {
	b, err := os.ReadFile(o.Name())
	if err != nil {
		return err.Error()
	}
	return string(b)
}
