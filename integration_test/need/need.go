// Package need says what a test cannot do without: a program, FUSE, root. Where
// it is missing the test is skipped in one line, and the run ends with the list
// of what was skipped. With CI=true nothing may be missing, and the test fails:
// nobody reads there what was skipped.
package need

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Program returns the path of a program of the machine.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		Missing(t, "there is no "+name)
	}
	return path
}

// FUSE is where something can be mounted.
func FUSE(t testing.TB) {
	t.Helper()
	if err := MayMount(); err != nil {
		Missing(t, err.Error())
	}
}

// MayMount says why nothing can be mounted: that takes a device, and for ordinary
// users the program that mounts for them.
func MayMount() error {
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_ = f.Close()
	if os.Geteuid() != 0 {
		if _, err := exec.LookPath("fusermount3"); err != nil {
			return errors.New("there is no fusermount3")
		}
	}
	return nil
}

// Root is who can become another user. An ordinary user skips such tests in CI
// too: root's run has them.
func Root(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		skip(t, "only root can do this")
	}
}

// Missing skips the test for want of something, or fails it in CI.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what + ", which is not to be missing when CI=true")
	}
	skip(t, what)
}

var skipped struct {
	sync.Mutex
	parts map[string]int // of a test, skipped for the same reason
}

func skip(t testing.TB, why string) {
	t.Helper()
	Skipped(t.Name(), why)
	t.Skip(why)
}

// Skipped notes a test, or a part of one, that skips itself.
func Skipped(name, why string) {
	test, _, _ := strings.Cut(name, "/")
	skipped.Lock()
	defer skipped.Unlock()
	if skipped.parts == nil {
		skipped.parts = make(map[string]int)
	}
	skipped.parts[test+": "+why]++
}

// Report lists what was skipped. It is called at the end of TestMain.
func Report() {
	skipped.Lock()
	defer skipped.Unlock()
	if len(skipped.parts) == 0 {
		return
	}
	w, done := reader()
	defer done()
	fmt.Fprintln(w, "skipped here:")
	for _, line := range slices.Sorted(maps.Keys(skipped.parts)) {
		if n := skipped.parts[line]; n > 1 {
			line += fmt.Sprintf(" (%d times)", n)
		}
		fmt.Fprintln(w, "   ", line)
	}
}

// reader is where the person who reads the run looks. Of tests that pass, go
// test shows nothing but "ok" when it is given several packages, and then the
// list would be lost: it goes where go test itself writes its errors. If that is
// a file, go test must have it open for appending, or it would write over the
// list.
func reader() (io.Writer, func()) {
	parent := fmt.Sprintf("/proc/%d/", os.Getppid())
	if name, err := os.ReadFile(parent + "comm"); err != nil || string(name) != "go\n" {
		return os.Stderr, func() {}
	}
	f, err := os.OpenFile(parent+"fd/2", os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return os.Stderr, func() {}
	}
	if file, err := f.Stat(); err != nil || file.Mode().IsRegular() && !appends(parent+"fdinfo/2") {
		_ = f.Close() // nothing was written
		return os.Stderr, func() {}
	}
	return f, func() { _ = f.Close() } // a file of somebody else's, who keeps it
}

// appends reports whether a file is open for appending, by its entry in fdinfo.
//
// https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html
func appends(fdinfo string) bool {
	text, err := os.ReadFile(fdinfo)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		var flags int
		if n, err := fmt.Sscanf(line, "flags: %o", &flags); n == 1 && err == nil {
			return flags&os.O_APPEND != 0
		}
	}
	return false
}
