package integration_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Each file has a number, which is the same in the directory that lists it.
func TestEveryFileHasANumber(t *testing.T) {
	t.Parallel()
	s := threeModules()
	m := mount(t, s)
	seen := map[uint64]string{}
	var walk func(dir string)
	walk = func(dir string) {
		var own unix.Stat_t
		if err := unix.Lstat(dir, &own); err != nil {
			t.Fatal(err)
		}
		if own.Ino == 0 {
			t.Errorf("%s has no number", dir)
		}
		for _, e := range m.dirents(dir) {
			path := filepath.Join(dir, e.name)
			var st unix.Stat_t
			if err := unix.Lstat(path, &st); err != nil {
				t.Fatal(err)
			}
			switch {
			case e.name == ".." && dir == m.dir: // belongs to what is mounted on
			case e.ino == 0 || e.ino != st.Ino:
				t.Errorf("%s/%s is listed with the number %d and has %d", dir, e.name, e.ino, st.Ino)
			}
			if e.name == "." || e.name == ".." {
				continue
			}
			if other, ok := seen[st.Ino]; ok {
				t.Errorf("%s and %s have the same number", path, other)
			}
			seen[st.Ino] = path
			if st.Mode&unix.S_IFMT == unix.S_IFDIR {
				walk(path)
			}
		}
	}
	walk(m.dir)
	if len(seen) < 20 {
		t.Errorf("only %d files", len(seen))
	}
}

type dirent struct {
	name string
	ino  uint64
}

// dirents are the entries of a directory as the kernel tells them, the dots
// with them.
func (m *mounted) dirents(dir string) []dirent {
	m.t.Helper()
	out := m.python(`
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
fd, buf = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY), ctypes.create_string_buffer(65536)
while (n := libc.syscall(ctypes.c_long(int(sys.argv[2])), fd, buf, len(buf))) > 0:
    at = 0
    while at < n:
        ino, _, size, _ = struct.unpack_from("<QqHB", buf.raw, at)
        print(ino, buf.raw[at + 19:at + size].split(b"\0")[0].decode())
        at += size
`, dir, fmt.Sprint(unix.SYS_GETDENTS64))
	var all []dirent
	for _, line := range lines(out) {
		var e dirent
		if _, err := fmt.Sscanf(line, "%d", &e.ino); err != nil {
			m.t.Fatalf("%v: %q", err, line)
		}
		e.name = line[len(fmt.Sprint(e.ino))+1:]
		all = append(all, e)
	}
	return all
}

// Nothing can be written, so all that there is to sync has been synced: a
// program that syncs what it has read, or the directory above it, succeeds.
func TestSyncSucceeds(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2000)
	m := mount(t, s)
	for _, file := range []string{m.photo("Contacts", ids[0]), m.path(".xdg-volume-info"),
		m.dir, m.path("Contacts"), m.path("Contacts", fmt.Sprint(ids[0])), m.path("by-name"), m.path("by-name", "Contacts")} {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, sync := range map[string]func(int) error{"fsync": syscall.Fsync, "fdatasync": syscall.Fdatasync, "syncfs": unix.Syncfs} {
			if err := sync(int(f.Fd())); err != nil {
				t.Errorf("%s of %s: %v", name, file, err)
			}
		}
		f.Close()
	}
	m.run("sync", m.photo("Contacts", ids[0]))
	m.run("sync", "--data", m.path("Contacts"))
	m.run("sync", "--file-system", m.dir)
}
