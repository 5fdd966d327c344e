// Package sweep removes what tests leave, whatever becomes of them. They may end
// in a panic, by their time limit or by Ctrl-C, and then nothing of theirs runs
// any more that could unmount. A process of its own waits for their end: what is
// mounted below their directory is detached, what runs from there is killed, and
// the directory is removed.
package sweep

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// name is what the process is called that waits.
const name = "biginfs-test-sweep"

// patience is how long a mount may take to go.
const patience = 20 * time.Second

// Start starts the process that waits for the end of this one and then sweeps
// the directory. The returned function has it do so at once; its error is that
// something was mounted there.
func Start(dir string) (now func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := &exec.Cmd{Path: self, Args: []string{name, dir}}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is not for it
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() error {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("something was left mounted in %s, or cannot be removed: %w", dir, err)
		}
		return nil
	}, nil
}

// Main is the life of the process that waits. It is called at the start of main,
// and returns in every other process.
func Main() {
	if os.Args[0] != name {
		return
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := sweep(os.Args[1]); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

func sweep(dir string) error {
	left := mountsBelow(dir)
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		for _, p := range processesBelow(dir) {
			_ = syscall.Kill(p, syscall.SIGKILL)
		}
		mounts := mountsBelow(dir)
		for _, m := range mounts {
			_ = Detach(m) // tried again
		}
		if len(mounts) == 0 || time.Now().After(end) {
			break
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if len(left) > 0 {
		return errors.New("left mounted: " + strings.Join(left, ", "))
	}
	return nil
}

// Detach takes a mount off its place, be it in use or dead.
func Detach(dir string) error {
	if os.Geteuid() == 0 {
		return unix.Unmount(dir, unix.MNT_DETACH)
	}
	if out, err := exec.Command("fusermount3", "-u", "-z", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// mountsBelow are the places below a directory where something is mounted, the
// last first.
func mountsBelow(dir string) (list []string) {
	table, _ := os.ReadFile("/proc/self/mountinfo")
	for line := range bytes.Lines(table) {
		if f := strings.Fields(string(line)); len(f) > 4 && strings.HasPrefix(unescaped.Replace(f[4]), dir+"/") {
			list = append([]string{unescaped.Replace(f[4])}, list...)
		}
	}
	return list
}

// unescaped makes a path of what the table writes.
//
// https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
var unescaped = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

// processesBelow are the processes whose programs are in a directory.
func processesBelow(dir string) (list []int) {
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		exe, err := os.Readlink(link)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
		if err == nil && strings.HasPrefix(exe, dir+"/") && pid != os.Getpid() {
			list = append(list, pid)
		}
	}
	return list
}
