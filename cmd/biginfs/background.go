package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// envReady is set for a process in the background: its file descriptor 3 is a
// pipe to the one that started it and waits for a word.
const envReady = "_BIGINFS_READY"

const maxLog = 1 << 20 // bytes of a log file that the next mount goes on writing to

// inBackground runs the mount in this process, or, if that was chosen, in
// another one, and then returns when that mount answers or has failed.
func (a *app) inBackground(ctx context.Context, s *settings, run func(context.Context) error) error {
	switch {
	case os.Getenv(envReady) != "":
		_ = os.Unsetenv(envReady)
		unix.CloseOnExec(3)
		parent := os.NewFile(3, "parent")
		a.ready = func() error { return detach(s, parent) }
		return run(ctx)
	case s.background:
		return startAgain(ctx, a.err)
	}
	return run(ctx)
}

// startAgain starts this program once more with the same arguments, in a
// session of its own, and waits until it is ready or has ended.
func startAgain(ctx context.Context, stderr *os.File) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("go to the background: %w", err)
	}
	hear, say, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("go to the background: %w", err)
	}
	defer hear.Close()
	child := &exec.Cmd{
		Path: self, Args: os.Args, Env: append(os.Environ(), envReady+"=1"),
		Stdout: os.Stdout, Stderr: stderr, ExtraFiles: []*os.File{say},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	err = child.Start()
	say.Close()
	if err != nil {
		return fmt.Errorf("go to the background: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = child.Process.Signal(syscall.SIGTERM) })
	defer stop()
	if n, _ := hear.Read(make([]byte, 1)); n == 1 {
		return nil
	}
	err = child.Wait()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return errSignal
	case err == nil:
		return errors.New("the mount ended before it answered")
	case errors.As(err, &exit) && exit.ExitCode() < 0:
		return fmt.Errorf("the process in the background ended: %v", exit.ProcessState)
	}
	return err
}

// detach lets go of the terminal and says that the mount answers.
func detach(s *settings, parent *os.File) error {
	log, err := openLog(s.logFile())
	if err != nil {
		if log, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
			return fmt.Errorf("go to the background: %w", err)
		}
	}
	defer log.Close()
	for _, fd := range []int{1, 2} {
		if err := replaceFD(int(log.Fd()), fd); err != nil {
			return fmt.Errorf("go to the background: %w", err)
		}
	}
	_ = os.Chdir("/") // keep no other file system busy
	_, _ = parent.Write([]byte{1})
	return parent.Close()
}

// openLog opens a log file to go on writing to. One that has grown large is
// put aside first.
func openLog(name string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	if info, err := os.Stat(name); err == nil && info.Size() > maxLog {
		_ = os.Rename(name, name+".old")
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}
