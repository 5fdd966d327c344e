package integration_test

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/integration_test/need"
)

// toolTime is how long a tool may take. What takes longer hangs.
const toolTime = 2 * time.Minute

// result is what came of a tool.
type result struct {
	out    string
	stderr string
	code   int // -1 after a signal
}

// try runs a tool to its end. One that hangs fails the test, and the file
// system is killed so that it lets go.
func (m *mounted) try(name string, args ...string) result {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), toolTime)
	defer cancel()
	cmd := m.command(ctx, name, args...)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		_ = m.cmd.Process.Kill()
		m.t.Fatalf("%s %q did not end within %v:\n%s%s", name, args, toolTime, stderr.String(), m.log)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		m.t.Fatal(err)
	}
	return result{out.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// run runs a tool that must succeed and have nothing to complain about. It
// returns what the tool wrote.
func (m *mounted) run(name string, args ...string) string {
	m.t.Helper()
	r := m.try(name, args...)
	if r.code != 0 || r.stderr != "" {
		m.t.Fatalf("%s %q ended with %d:\n%s\nThe log:\n%s", name, args, r.code, r.stderr, m.log)
	}
	return r.out
}

// sh runs a script that finds the arguments in $1 and so on.
func (m *mounted) sh(script string, args ...string) string {
	m.t.Helper()
	return m.run("sh", append([]string{"-ec", script, "sh"}, args...)...)
}

// command is a tool that runs as the user of the mount. It dies with ctx.
func (m *mounted) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	m.t.Helper()
	argv := append(slices.Clone(m.as), append([]string{need.Program(m.t, name)}, args...)...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = []string{"PATH=" + pathOfTools, "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=" + m.home}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with all that a script starts
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// path is a file of the mount.
func (m *mounted) path(elements ...string) string {
	return filepath.Join(append([]string{m.dir}, elements...)...)
}

// photo is the file of a photo.
func (m *mounted) photo(module string, id int64) string {
	return m.path(module, strconv.FormatInt(id, 10), "photo.jpg")
}

// lines splits what a tool wrote.
func lines(out string) []string {
	if out = strings.TrimSuffix(out, "\n"); out == "" {
		return nil
	}
	return strings.Split(out, "\n")
}
