package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/fs"
	"github.com/biginfs/biginfs/integration_test/need"
	"golang.org/x/sys/unix"
)

// typist is a person at a terminal in which the program runs.
type typist struct {
	t      *testing.T
	hand   *os.File // the other side of the terminal
	cmd    *exec.Cmd
	mu     sync.Mutex
	screen bytes.Buffer
	ended  chan error
}

// atTerminal runs the program in a terminal of its own.
func atTerminal(t *testing.T, env []string, args ...string) *typist {
	t.Helper()
	hand, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ENODEV) {
		need.Missing(t, "there are no terminals: mount -t devpts devpts /dev/pts")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hand.Close() })
	var number int
	raw, err := hand.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if e := raw.Control(func(fd uintptr) {
		if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err == nil {
			number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	}); e != nil || err != nil {
		t.Fatal(e, err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	path, err := exec.LookPath("biginfs") // of TestMain
	if err != nil {
		t.Fatal(err)
	}
	p := &typist{t: t, hand: hand, ended: make(chan error, 1)}
	p.cmd = &exec.Cmd{
		Path: path, Args: append([]string{"biginfs"}, args...), Env: append(os.Environ(), env...),
		Stdin: tty, Stdout: tty, Stderr: tty,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Setctty: true},
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	go func() {
		_, _ = io.Copy(p, hand)
		p.ended <- p.cmd.Wait()
	}()
	return p
}

func (p *typist) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.screen.Write(b)
}

func (p *typist) sees() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.screen.String()
}

// types waits until the screen shows the words, and types.
func (p *typist) types(after, keys string) {
	p.t.Helper()
	for end := time.Now().Add(patience); !strings.HasSuffix(p.sees(), after); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("no %q on the screen: %q", after, p.sees())
		}
	}
	if _, err := io.WriteString(p.hand, keys); err != nil {
		p.t.Fatal(err)
	}
}

func (p *typist) exit() int {
	p.t.Helper()
	select {
	case err := <-p.ended:
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return exit.ExitCode()
		}
		return 0
	case <-time.After(patience):
		p.t.Fatalf("it hangs: %q", p.sees())
		return -1
	}
}

func TestSecretsAreNotShownWhileTyped(t *testing.T) {
	p := atTerminal(t, homeOf(t), "login", "--self-client")
	p.types("Client ID: ", "1000.CLIENT\r")
	p.types("Client secret: ", "hunter2-secret\r")
	p.types("Grant code: ", "1000.hunter2.code\r")
	if code := p.exit(); code != exitFailure { // nobody answers there
		t.Errorf("exit code %d: %q", code, p.sees())
	}
	if !strings.Contains(p.sees(), "1000.CLIENT") || strings.Contains(p.sees(), "hunter2") {
		t.Errorf("on the screen: %q", p.sees())
	}
}

func TestCtrlCAtAPrompt(t *testing.T) {
	for _, keys := range []string{"\x03", "\x04"} { // Ctrl-C, Ctrl-D
		p := atTerminal(t, homeOf(t), "login")
		p.types("Client ID: ", "1000.CLIENT\r")
		p.types("Client secret: ", keys)
		if code := p.exit(); code == exitDone {
			t.Errorf("%q: done: %q", keys, p.sees())
		}
	}
}

// A mount in the foreground ends with its terminal.
func TestTerminalOfAMountIsClosed(t *testing.T) {
	need.FUSE(t)
	dir := t.TempDir()
	t.Cleanup(func() {
		for _, left := range mountsBelow(dir) {
			t.Errorf("left mounted: %s", left)
			_ = fs.Unmount(left)
		}
	})
	p := atTerminal(t, homeOf(t), "demo", dir)
	p.types("account=demo\r\n", "\x1a") // Ctrl-Z, which does nothing
	p.types("add --background.\r\n", "")
	_ = p.hand.Close()
	if code := p.exit(); code != exitDone {
		t.Errorf("exit code %d: %q", code, p.sees())
	}
}

func TestTerminalIsClosedAtAPrompt(t *testing.T) {
	p := atTerminal(t, homeOf(t), "login")
	p.types("Client ID: ", "")
	_ = p.hand.Close()
	if code := p.exit(); code == exitDone {
		t.Error("done")
	}
}

// A photo would leave a terminal in disorder.
func TestPhotoIsNotForATerminal(t *testing.T) {
	p := atTerminal(t, homeOf(t), "cat", "Contacts/2034020000000489033")
	if code := p.exit(); code != exitUsage || !strings.Contains(p.sees(), "a photo is not for a terminal; write it to a file: biginfs cat Contacts/2034020000000489033 >photo.jpg") {
		t.Errorf("exit code %d: %q", code, p.sees())
	}
}
