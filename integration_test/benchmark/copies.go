package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// copier is a tool that copies a tree into a directory that exists.
type copier struct {
	name string
	args func(from, to string) []string
	tar  bool // what it makes is an archive
}

var copiers = []copier{
	{name: "cp -r", args: func(from, to string) []string { return []string{"cp", "-r", from, to} }},
	{name: "tar -c", args: func(from, to string) []string {
		return []string{"tar", "-cf", filepath.Join(to, "all.tar"), "-C", filepath.Dir(from), filepath.Base(from)}
	}, tar: true},
	{name: "rsync -a", args: func(from, to string) []string { return []string{"rsync", "-a", from, to} }},
}

// copies is how long each tool takes to copy everything from a fresh mount,
// against curl, which knows all addresses beforehand and needs no directories.
func copies(a account, most float64) func(*bench) ([]sample, error) {
	return copyWith(copiers, a, most)
}

// copyWith is copies with these tools.
func copyWith(tools []copier, a account, most float64) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		var samples []sample
		for _, c := range tools {
			base, err := b.curl(s, 10) // each time anew: the machine may be busier now
			if errors.Is(err, errNotInstalled) {
				return []sample{skipped("all", err)}, nil
			}
			if err != nil {
				return nil, err
			}
			ours, calls, err := b.copyAll(s, c)
			if errors.Is(err, errNotInstalled) {
				samples = append(samples, skipped(c.name, err))
				continue
			}
			if err != nil {
				return nil, err
			}
			line := against(c.name, ours, base, "curl, 10 at once", most)
			line.calls = &calls
			line.checks = []check{
				{"photo calls", calls.Photos, a.Photos + 3},
				{"calls", calls.Calls, a.Photos + 3 + a.pages() + 5},
				{"at once", calls.Most, 10},
			}
			samples = append(samples, line)
		}
		return samples, nil
	}
}

// copyAll copies the records from a mount of its own.
func (b *bench) copyAll(s *server, c copier) (t time.Duration, calls counts, err error) {
	b = b.scope()
	defer func() { err = errors.Join(err, b.close()) }()
	if err := s.reset(); err != nil {
		return 0, calls, err
	}
	m, err := b.mount(s)
	if err != nil {
		return 0, calls, err
	}
	to, err := b.newDir(b.ram, "copy")
	if err != nil {
		return 0, calls, err
	}
	args := c.args(m.records(), to)
	if t, err = timed(b.ctx, args[0], args[1:]...); err != nil {
		return t, calls, err
	}
	if calls, err = s.count(); err != nil {
		return t, calls, err
	}
	if c.tar {
		archive := filepath.Join(to, "all.tar")
		if _, err := timed(b.ctx, "tar", "-xf", archive, "-C", to); err != nil {
			return t, calls, err
		}
		if err := os.Remove(archive); err != nil {
			return t, calls, err
		}
	}
	return t, calls, s.verify(to)
}
