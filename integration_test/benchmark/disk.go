package main

import (
	"path/filepath"
	"time"
)

// onDisk copies photos that an earlier mount left in --cache-dir, against the
// same files in a directory of the same disk, and against the first copy.
func onDisk(a account) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		home, err := b.newDir(b.dir, "home")
		if err != nil {
			return nil, err
		}
		flags := []string{"--cache-dir", filepath.Join(home, "photos")}
		m, err := b.mountFrom(home, s, flags...)
		if err != nil {
			return nil, err
		}
		cold, _, err := b.copyFrom(m, s, nil)
		if err != nil {
			return nil, err
		}
		if err := m.unmount(); err != nil {
			return nil, err
		}
		local, err := b.newDir(b.dir, "local")
		if err != nil {
			return nil, err
		}
		if m, err = b.mountFrom(home, s, flags...); err != nil {
			return nil, err
		}
		ours, calls, err := b.copyFrom(m, s, nil)
		if err != nil {
			return nil, err
		}
		// The photos go to the disk in the same way, and from there to tmpfs.
		if _, err := timed(b.ctx, "cp", "-r", m.records(), local); err != nil {
			return nil, err
		}
		base, err := b.copyLocal(filepath.Join(local, module))
		if err != nil {
			return nil, err
		}
		line := against("cp -r, next mount", ours, base, "local disk", 0)
		line.calls, line.checks = &calls, []check{{"photo calls", calls.Photos, 0}, {"calls", calls.Calls, a.pages() + 3}}
		return []sample{line, against("cp -r, next mount", ours, cold, "the first time", 0.5)}, nil
	}
}

// copyLocal copies a directory to tmpfs.
func (b *bench) copyLocal(dir string) (time.Duration, error) {
	to, err := b.newDir(b.ram, "copy")
	if err != nil {
		return 0, err
	}
	return timed(b.ctx, "cp", "-r", dir, to)
}
