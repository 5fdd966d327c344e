package integration_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// A hundred mounts in the background leave what one does: the token, the sizes
// and the log, no process, no mount and nothing in the temporary directory.
func TestAHundredMountsLeaveWhatOneDoes(t *testing.T) {
	t.Parallel()
	server, ids := organisation(1, 3000)
	s := newSite(t, server)
	temp := t.TempDir()
	s.env = []string{"TMPDIR=" + temp}
	t.Cleanup(s.clear)
	var first []string
	for i := range times(100) {
		m := s.start("mount", "--background", s.dir)
		m.ended0()
		if !s.isMounted() {
			t.Fatalf("mount %d said that it answers:\n%s", i, m.log)
		}
		if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "OK 3000" {
			t.Fatalf("mount %d: %s", i, got)
		}
		u := s.start("unmount", s.dir)
		u.ended0()
		if s.isMounted() {
			t.Fatalf("mount %d is still mounted", i)
		}
		eventually(t, "its process is gone", func() bool { return len(processesOf(t, s.home)) == 0 })
		switch left := filesBelow(t, s.home); {
		case i == 0:
			first = left
		case !slices.Equal(left, first):
			t.Fatalf("after mount %d there is %q, after the first %q", i, left, first)
		}
	}
	if left := filesBelow(t, temp); len(left) > 0 {
		t.Errorf("in the temporary directory: %q", left)
	}
	if n := server.Count(bigintest.KindToken); n != 1 {
		t.Errorf("%d access tokens were made, want 1", n)
	}
}

// ended0 waits for a command that succeeds and says nothing.
func (m *mounted) ended0() {
	m.t.Helper()
	m.wait()
	if code := m.cmd.ProcessState.ExitCode(); code != 0 || m.log.String() != "" {
		m.t.Fatalf("%q ended with %d:\n%s", m.cmd.Args, code, m.log)
	}
}

// processesOf are the processes of the program whose home this is.
func processesOf(t *testing.T, home string) []string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range all {
		env, err := os.ReadFile(name)
		if err == nil && strings.Contains(string(env), "HOME="+home+"\x00") {
			found = append(found, name)
		}
	}
	return found
}

func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimPrefix(path, dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
