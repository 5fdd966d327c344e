package integration_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
)

// running is a tool that has not ended yet.
type running struct {
	m      *mounted
	cmd    *exec.Cmd
	in     io.WriteCloser
	said   chan string // lines of its output
	stderr bytes.Buffer
	done   chan struct{}
}

// begin starts a tool. It dies with the test, if not before.
func (m *mounted) begin(name string, args ...string) *running {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), toolTime)
	r := &running{m: m, cmd: m.command(ctx, name, args...), said: make(chan string, 1000), done: make(chan struct{})}
	r.cmd.Stderr = &r.stderr
	var err error
	if r.in, err = r.cmd.StdinPipe(); err != nil {
		m.t.Fatal(err)
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	go func() {
		defer close(r.done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			r.said <- lines.Text()
		}
		close(r.said)
		_ = r.cmd.Wait()
	}()
	m.t.Cleanup(func() {
		cancel()
		<-r.done
	})
	return r
}

// hear returns the next line that the tool writes; "" at its end.
func (r *running) hear() string {
	r.m.t.Helper()
	var line string
	eventually(r.m.t, r.cmd.Path+" says something", func() bool {
		select {
		case line = <-r.said:
			return true
		default:
			return false
		}
	})
	return line
}

// goOn gives the tool a line to read.
func (r *running) goOn() {
	r.m.t.Helper()
	if _, err := io.WriteString(r.in, "\n"); err != nil {
		r.m.t.Fatal(err)
	}
}

func (r *running) signal(s syscall.Signal) {
	r.m.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.m.t.Fatal(err)
	}
}

func (r *running) over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// waits reports whether the tool is in a system call that takes its time: of
// FUSE, or for a name or a page that another process has asked FUSE for.
//
// https://man7.org/linux/man-pages/man5/proc_pid_wchan.5.html
func (r *running) waits() bool {
	where, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(r.cmd.Process.Pid), "wchan"))
	return r.over() || err == nil && waitsForFUSE.Match(where)
}

var waitsForFUSE = regexp.MustCompile("request_wait_answer|fuse|folio|d_alloc_parallel|d_wait_lookup")

// end waits for the end of the tool and returns its exit code, or minus the
// signal that ended it.
func (r *running) end() int {
	r.m.t.Helper()
	eventually(r.m.t, r.cmd.Path+" ends", r.over)
	status := r.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return -int(status.Signal())
	}
	return status.ExitStatus()
}
