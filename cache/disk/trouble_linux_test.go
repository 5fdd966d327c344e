package disk

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/integration_test/need"
)

// tmpfs mounts one of so many bytes, and unmounts it with the test.
func tmpfs(t *testing.T, options string) string {
	t.Helper()
	need.Root(t)
	dir := t.TempDir()
	if err := syscall.Mount("biginfs-test", dir, "tmpfs", 0, options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// wantOneLine closes the photos and looks at what they logged.
func (o *opened) wantOneLine(t *testing.T, about error) {
	t.Helper()
	o.Close()
	lines := o.lines()
	if len(lines) != 1 || !strings.Contains(lines[0], about.Error()) {
		t.Errorf("%d lines are logged, want one about %v: %q", len(lines), about, lines)
	}
}

// A disk that is full costs one line, and no photo that is there. When there is
// room again, it is used.
func TestFullDisk(t *testing.T) {
	top := tmpfs(t, "size=1m,mode=0700")
	p := open(t, top+"/cache", 100e6)
	for id := 1; id <= 100; id++ {
		p.Keep(bigin.Contacts, record(id), photo(id, 50_000), time.Now())
	}
	eventually(t, "the disk is full", func() bool { return strings.Contains(p.Stats().Problem, syscall.ENOSPC.Error()) })
	for id := 101; id <= 200; id++ {
		p.Keep(bigin.Contacts, record(id), photo(id, 50_000), time.Now())
	}
	p.wantOneLine(t, syscall.ENOSPC)
	p = open(t, top+"/cache", 100e6)
	kept := 0
	for id := 1; id <= 200; id++ {
		if p.has(t, id) {
			kept++
		}
	}
	if kept < 15 || kept > 20 || p.Stats().Damaged > 0 {
		t.Errorf("%d photos are there, and %d damaged", kept, p.Stats().Damaged)
	}
	if err := syscall.Mount("biginfs-test", top, "tmpfs", syscall.MS_REMOUNT, "size=10m"); err != nil {
		t.Fatal(err)
	}
	p.keep(t, 50_000, 300)
	if !p.has(t, 300) {
		t.Error("the room is not used")
	}
}

// After a failure the disk is left alone for a minute, and then tried again.
func TestDiskHeals(t *testing.T) {
	top := tmpfs(t, "size=1m,mode=0700")
	dir := top + "/cache"
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	readOnly(t, top, true)
	synctest.Test(t, func(t *testing.T) {
		p := open(t, dir, 10e6) // there is not even a directory of the account
		keep := func() { p.Keep(bigin.Contacts, record(1), photo(1, 1000), time.Now()); synctest.Wait() }
		keep()
		if p.has(t, 1) || !strings.Contains(p.Stats().Problem, syscall.EROFS.Error()) {
			t.Errorf("on a read-only disk: %+v", p.Stats())
		}
		readOnly(t, top, false)
		keep()
		if p.has(t, 1) {
			t.Error("it is tried again at once")
		}
		time.Sleep(pause + time.Second)
		keep()
		if !p.has(t, 1) || p.Stats().Problem != "" {
			t.Errorf("a minute later: %+v", p.Stats())
		}
		p.wantOneLine(t, syscall.EROFS)
	})
}

// What is there is read on a disk that became read-only.
func TestReadOnlyDisk(t *testing.T) {
	top := tmpfs(t, "size=1m,mode=0700")
	p := open(t, top+"/cache", 10e6)
	p.keep(t, 1000, 1, 2, 3)
	p.Close()
	readOnly(t, top, true)
	p = open(t, top+"/cache", 10e6)
	for id := 1; id <= 3; id++ {
		if !p.has(t, id) {
			t.Errorf("photo %d is not there", id)
		}
		p.Keep(bigin.Contacts, record(100+id), photo(1, 1000), time.Now())
	}
	p.Forget(bigin.Contacts, 1)
	p.wantOneLine(t, syscall.EROFS)
}

func readOnly(t *testing.T, dir string, is bool) {
	t.Helper()
	flags := uintptr(syscall.MS_REMOUNT)
	if is {
		flags |= syscall.MS_RDONLY
	}
	if err := syscall.Mount("biginfs-test", dir, "tmpfs", flags, ""); err != nil {
		t.Fatal(err)
	}
}

// A disk that fails to read costs one line, and the photos are kept: it may
// have been the cable.
func TestDiskThatCannotBeRead(t *testing.T) {
	p := open(t, place(t), 10e6)
	p.keep(t, 1000, 1, 2, 3)
	p.load = func(*directory, file) ([]byte, time.Time, error) {
		return nil, time.Time{}, &os.PathError{Op: "read", Path: "photo", Err: syscall.EIO}
	}
	for id := 1; id <= 3; id++ {
		if p.has(t, id) {
			t.Error("there is a photo")
		}
	}
	if s := p.Stats(); !strings.Contains(s.Problem, syscall.EIO.Error()) || s.Damaged != 0 {
		t.Errorf("%+v", s)
	}
	p.load = (*directory).read
	if !p.has(t, 1) || p.Stats().Problem != "" {
		t.Errorf("afterwards: %+v", p.Stats())
	}
	p.wantOneLine(t, syscall.EIO)
}

// A directory that cannot be made is an error at once if only a person can mend it.
func TestPlaceThatCannotBeMade(t *testing.T) {
	if os.Getuid() == 0 {
		if _, err := Open(Options{Dir: "/proc/cache", Size: 1e6}); !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission) {
			t.Errorf("in /proc: %v", err)
		}
		return
	}
	if _, err := Open(Options{Dir: "/cache", Size: 1e6}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("in /: %v", err)
	}
}
