package fs

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stopped starts a script that says a word when it is ready, and stops it:
// signals then stay pending, as while a program waits for a file system.
func stopped(t *testing.T, script string) *os.Process {
	t.Helper()
	cmd := exec.Command("sh", "-c", script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		in.Close()
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		status, err := os.ReadFile("/proc/" + strconv.Itoa(cmd.Process.Pid) + "/status")
		if err == nil && strings.Contains(string(status), "T (stopped)") {
			return cmd.Process
		}
		if time.Now().After(end) {
			t.Fatalf("it does not stop: %s, %v", status, err)
		}
	}
}

// A signal that ends its receiver is told from one that it lives with.
func TestDying(t *testing.T) {
	const plain = "echo ready; read x"
	for _, c := range []struct {
		name, script string
		signal       syscall.Signal
		want         bool
	}{
		{"no signal", plain, 0, false},
		{"SIGTERM", plain, syscall.SIGTERM, true},
		{"SIGHUP", plain, syscall.SIGHUP, true},
		{"SIGALRM", plain, syscall.SIGALRM, true},
		{"SIGUSR1", plain, syscall.SIGUSR1, true},
		{"SIGTERM, caught", "trap 'echo caught' TERM; " + plain, syscall.SIGTERM, false},
		{"SIGUSR1, caught", "trap 'echo caught' USR1; " + plain, syscall.SIGUSR1, false},
		{"SIGINT, ignored", "trap '' INT; " + plain, syscall.SIGINT, false},
		{"SIGWINCH", plain, syscall.SIGWINCH, false},
		{"SIGCHLD", plain, syscall.SIGCHLD, false},
		{"SIGTSTP", plain, syscall.SIGTSTP, false},
	} {
		p := stopped(t, c.script)
		if c.signal != 0 {
			if err := p.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
		}
		if got := dying(uint32(p.Pid)); got != c.want {
			t.Errorf("%s: %t, want %t", c.name, got, c.want)
		}
	}
}

// Who is not there any more, or cannot be seen, is not waited for.
func TestDyingOfWhoIsGone(t *testing.T) {
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if !dying(uint32(cmd.Process.Pid)) || !dying(0) {
		t.Error("they count as alive")
	}
	if dying(uint32(os.Getpid())) {
		t.Error("this process counts as dying")
	}
}
