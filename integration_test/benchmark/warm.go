package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// passes are how often the work of a row is done on either side in turn, so
// that both meet the same noise.
const passes = 15

// warmed is a mount with all photos in the cache, and the same tree on tmpfs.
type warmed struct {
	*server
	*mounted
	copied string // on tmpfs
}

func (b *bench) warm(a account) (*warmed, error) {
	s, err := b.serve(a)
	if err != nil {
		return nil, err
	}
	m, err := b.mount(s)
	if err != nil {
		return nil, err
	}
	dir, err := b.newDir(b.ram, "warm")
	if err != nil {
		return nil, err
	}
	if _, err := timed(b.ctx, "cp", "-r", m.records(), dir); err != nil {
		return nil, err
	}
	if err := a.verify(dir); err != nil {
		return nil, err
	}
	return &warmed{s, m, filepath.Join(dir, module)}, s.reset()
}

// compare does the work on the mount and on tmpfs in turn, and tells the times
// of each and the calls it made. The first pass is for practice.
func (w *warmed) compare(work func(dir string) (time.Duration, error)) (ours, base []time.Duration, calls counts, err error) {
	for i := range 1 + passes {
		for _, side := range []struct {
			dir   string
			times *[]time.Duration
		}{{w.mounted.records(), &ours}, {w.copied, &base}} {
			t, err := work(side.dir)
			if err != nil {
				return nil, nil, calls, err
			}
			if i > 0 {
				*side.times = append(*side.times, t)
			}
		}
	}
	calls, err = w.count()
	return ours, base, calls, err
}

// noCalls is the check of all warm rows.
func noCalls(c counts) []check { return []check{{"calls", c.Calls, 0}} }

// reread opens, reads and closes each photo; best of several passes.
func reread(a account, most float64) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		w, err := b.warm(a)
		if err != nil {
			return nil, err
		}
		ours, base, calls, err := w.compare(func(dir string) (time.Duration, error) { return readAll(dir, a) })
		if err != nil {
			return nil, err
		}
		line := against(fmt.Sprintf("read, best of %d", passes), slices.Min(ours), slices.Min(base), "tmpfs", most)
		line.calls, line.checks = &calls, noCalls(calls)
		return []sample{line}, nil
	}
}

// readAll reads the photos below dir in order, with nothing but the three
// system calls.
func readAll(dir string, a account) (time.Duration, error) {
	var paths []string
	for _, id := range a.ids() {
		paths = append(paths, filepath.Join(dir, fmt.Sprint(id), photoName))
	}
	buf := make([]byte, a.Size+1)
	begun := time.Now()
	for _, path := range paths {
		fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			return 0, &os.PathError{Op: "open", Path: path, Err: err}
		}
		n, err := syscall.Read(fd, buf)
		if err != nil {
			return 0, &os.PathError{Op: "read", Path: path, Err: err}
		}
		if err := syscall.Close(fd); err != nil {
			return 0, &os.PathError{Op: "close", Path: path, Err: err}
		}
		if n != a.Size {
			return 0, fmt.Errorf("%s: read %d bytes of %d", path, n, a.Size)
		}
	}
	return time.Since(begun), nil
}

// find lists the tree with all attributes; median of several passes.
func find(a account, most float64) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		w, err := b.warm(a)
		if err != nil {
			return nil, err
		}
		ours, base, calls, err := w.compare(func(dir string) (time.Duration, error) {
			return timed(b.ctx, "find", dir, "-ls")
		})
		if err != nil {
			return nil, err
		}
		line := against(fmt.Sprintf("median of %d", passes), median(ours), median(base), "tmpfs", most)
		line.calls, line.checks = &calls, noCalls(calls)
		return []sample{line}, nil
	}
}
