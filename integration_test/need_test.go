package integration_test

import (
	"os"
	"os/exec"
	"testing"
)

// need returns the path of a program. Without it the test is skipped, but in CI
// that is a failure: nobody reads what was skipped there.
func need(t *testing.T, name string) string {
	t.Helper()
	if name == "python3" {
		name = python()
	}
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, "there is no "+name)
	}
	return path
}

// python prefers the system's: what stands before it in the PATH may be a
// wrapper, which takes longer than the script.
func python() string {
	if _, err := os.Stat("/usr/bin/python3"); err == nil {
		return "/usr/bin/python3"
	}
	return "python3"
}

// needFUSE skips the test, or fails it in CI, where nothing can be mounted.
func needFUSE(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		missing(t, err.Error())
	}
	f.Close()
	if os.Getuid() != 0 {
		need(t, "fusermount3")
	}
}

// needRoot skips the test where it cannot become another user.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can become another user")
	}
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what + ", which is not to be missing when CI=true")
	}
	t.Skip(what)
}
