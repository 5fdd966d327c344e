package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"golang.org/x/sys/unix"
)

// envReady is set for a process in the background: its file descriptor 3 is a pipe
// to the process that started it, which waits for a byte.
const envReady = "_BIGINFS_READY"

// start runs the mount in this process or, if the settings say so, in another one
// in the background, and then returns when that mount answers or has failed.
func (a *app) start(ctx context.Context, s *settings.Settings, run func(context.Context) error) error {
	switch {
	case os.Getenv(envReady) != "":
		_ = os.Unsetenv(envReady)
		unix.CloseOnExec(3)
		parent := os.NewFile(3, "parent")
		log, err := openLogFile(s, 1, 2)
		if err != nil {
			return err
		}
		a.log = log
		a.ready = func() error { return detach(log, parent) }
		return run(ctx)
	case s.Background:
		return startAgain(ctx, a.err)
	}
	defer a.stayInForeground()()
	if name, _ := s.LogFile(); name != "" {
		log, err := openLogFile(s)
		if err != nil {
			return err
		}
		if err := log.begin(); err != nil {
			return err
		}
		a.log = log
	}
	return run(ctx)
}

// startAgain starts this program again with the same arguments, in a session of its
// own, and waits until it is ready or has ended.
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
	_ = say.Close()
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

// detach leaves the terminal and says that the mount answers.
func detach(log *logFile, parent *os.File) error {
	if err := log.begin(); err != nil {
		return fmt.Errorf("go to the background: %w", err)
	}
	_ = os.Chdir("/") // keep no other file system busy
	_, _ = parent.Write([]byte{1})
	return parent.Close()
}
