package integration_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestStatusOfWhatIsNoMount(t *testing.T) {
	t.Parallel()
	s, _ := organisation(1, 2000)
	m := mount(t, s)
	file := filepath.Join(m.home, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]struct {
		args  []string
		code  int
		words []string
	}{
		"another directory":  {[]string{"status", m.home}, 4, []string{"no account is mounted there", m.dir}},
		"a file":             {[]string{"status", file}, 4, []string{"no account is mounted there"}},
		"nothing":            {[]string{"status", m.home + "/nowhere"}, 4, []string{"no such directory"}},
		"within the mount":   {[]string{"status", m.path("Contacts")}, 4, []string{"no account is mounted there", m.dir}},
		"no argument":        {[]string{"status"}, 2, []string{"MOUNTPOINT"}},
		"too many arguments": {[]string{"status", m.dir, m.dir}, 2, []string{"unexpected argument"}},
		"an unknown flag":    {[]string{"status", "--jsno", m.dir}, 2, []string{"--json"}},
		"JSON of no mount":   {[]string{"status", "--json", m.home}, 4, []string{"no account is mounted there"}},
	} {
		r := m.ask(want.args...)
		if r.code != want.code || r.out != "" || len(lines(r.stderr)) != 1 {
			t.Errorf("%s: exit code %d, want %d; it says %q and %q", what, r.code, want.code, r.out, r.stderr)
		}
		wantWords(t, r.stderr, want.words...)
	}
}

func TestStatusOfADeadMount(t *testing.T) {
	t.Parallel()
	s, _ := organisation(1, 2000)
	m := mount(t, s)
	m.kill()
	r := m.ask("status", m.dir)
	if r.code != 1 || r.out != "" {
		t.Errorf("exit code %d, output %q", r.code, r.out)
	}
	wantWords(t, r.stderr, "dead", "mount it again", m.dir)
	f := m.doctorFindings(m.dir).of(t, "mount")
	if f.Severity != "failed" || !strings.Contains(f.Text, "dead") {
		t.Errorf("doctor finds %+v", f)
	}
	again := m.site.mount()
	if seen, _ := again.status(); seen.Token.Status != "live" {
		t.Errorf("after the next mount: %+v", seen)
	}
}

// stopped reports whether each thread of the program is stopped.
func (m *mounted) stopped() bool {
	threads, err := filepath.Glob(m.proc("task/*/stat"))
	if err != nil || len(threads) == 0 {
		return false
	}
	for _, thread := range threads {
		stat, err := os.ReadFile(thread)
		if err != nil || !strings.Contains(string(stat), ") T ") {
			return false
		}
	}
	return true
}

// A program that is stopped does not answer, and status says so.
func TestStatusOfAStoppedMount(t *testing.T) {
	t.Parallel()
	s, _ := organisation(1, 2000)
	m := mount(t, s)
	m.signal(syscall.SIGSTOP)
	defer m.signal(syscall.SIGCONT)
	eventually(t, "all its threads are stopped", m.stopped) // one that still took a request would have its caller wait for good
	r := m.ask("status", m.dir)
	if r.code != 1 || r.out != "" {
		t.Errorf("exit code %d, output %q", r.code, r.out)
	}
	wantWords(t, r.stderr, "does not answer", "biginfs unmount")
	f := m.doctorFindings(m.dir).of(t, "mount")
	if f.Severity != "failed" || !strings.Contains(f.Text, "does not answer") {
		t.Errorf("doctor finds %+v", f)
	}
}
