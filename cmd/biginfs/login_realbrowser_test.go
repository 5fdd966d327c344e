package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// A person logs in at the demo server with a real browser, as its first lines
// and the README say.
func TestLoginWithARealBrowser(t *testing.T) {
	w := startBrowser(t)
	env := demoServer(t)
	for _, c := range []struct {
		name     string
		args     []string
		click    string
		last     string // page
		code     int
		says     string
		profiles string // that are stored afterwards
	}{
		{"accepted", []string{"login", "--no-browser"}, "button.yes", "biginfs: Connected", exitDone, "Connected: data center 127.0.0.1", "default"},
		{"rejected", []string{"login", "--no-browser", "--profile", "two"}, "button[value=reject]", "biginfs: Not connected", exitCredentials, "the consent was denied", "default"},
		{"device accepted", []string{"login", "--device", "--profile", "three"}, "button.yes", "Connected", exitDone, "Connected: data center 127.0.0.1", "default three"},
		{"device rejected", []string{"login", "--device", "--profile", "four"}, "button[value=reject]", "Rejected", exitCredentials, "the consent was denied", "default three"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.t = t
			l := startLogin(t, env, c.args...)
			if device := l.hears(`Open (\S+) in any browser`); c.args[1] == "--device" {
				code := l.hears(`^\s+(\w+)$`)
				w.open(device)
				w.shows("Connect a device")
				w.write("input[name=user_code]", code)
				w.click("button.yes")
				w.shows("Allow this device?")
			} else {
				w.open(l.hears(`^\s+(http://\S+)$`))
				w.shows("Allow access?")
			}
			w.click(c.click)
			w.shows(c.last)
			l.ends(c.code, c.says)
			stored, err := settings.ReadLogins(filepath.Join(strings.TrimPrefix(env[0], "HOME="), ".config/biginfs", "credentials.toml"))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(slices.Sorted(maps.Keys(stored.Profiles)), " "); got != c.profiles {
				t.Errorf("stored: %s, want %s", got, c.profiles)
			}
		})
	}
}

// demoServer runs biginfs demo --serve, and returns the environment that it
// says to use, in a new home.
func demoServer(t *testing.T) []string {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	env := append(homeOf(t), "BIGINFS_ACCOUNTS_URL=", "BIGINFS_REDIRECT_PORT="+port, "PATH="+os.Getenv("PATH"))
	cmd := exec.Command("biginfs", "demo", "--serve", ":0")
	cmd.Env = env
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("demo --serve: %v", err)
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if assignment, ok := strings.CutPrefix(lines.Text(), "export "); ok {
			env = append(env, assignment)
		}
		if strings.HasPrefix(lines.Text(), "# Then:") {
			return env
		}
	}
	t.Fatal("demo --serve does not say what to do")
	return nil
}

// aLogin is a login that runs.
type aLogin struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  bytes.Buffer
	err  *bufio.Reader
	said strings.Builder
}

func startLogin(t *testing.T, env []string, args ...string) *aLogin {
	t.Helper()
	l := &aLogin{t: t, cmd: exec.Command("biginfs", args...)}
	l.cmd.Env, l.cmd.Stdout = env, &l.out
	stderr, err := l.cmd.StderrPipe()
	if err == nil {
		err = l.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	l.err = bufio.NewReader(stderr)
	t.Cleanup(func() { _ = l.cmd.Process.Kill() })
	return l
}

// hears reads one line, and returns the part of it that was asked for.
func (l *aLogin) hears(pattern string) string {
	l.t.Helper()
	line, err := l.err.ReadString('\n')
	l.said.WriteString(line)
	if err != nil {
		l.t.Fatalf("it ended after saying %q", &l.said)
	}
	if m := regexp.MustCompile(pattern).FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
		return m[1]
	}
	return ""
}

func (l *aLogin) ends(code int, says string) {
	l.t.Helper()
	rest, err := io.ReadAll(l.err)
	if err != nil {
		l.t.Fatal(err)
	}
	got := 0
	var exit *exec.ExitError
	if err := l.cmd.Wait(); errors.As(err, &exit) {
		got = exit.ExitCode()
	}
	if all := l.out.String() + string(rest); got != code || !strings.Contains(all, says) {
		l.t.Errorf("exit code %d, want %d and %q:\n%s%s", got, code, says, &l.said, all)
	}
}
