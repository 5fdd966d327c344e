package main

import (
	"errors"
	"path/filepath"
	"time"
)

// walks are tools that walk over photos which nobody changed since the tool
// came last, for longer than a listing is believed; against the same on tmpfs.
// A photo costs nothing then, and a record neither: only what changed is asked
// for, two calls a second.
func walks(a account) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		m, err := b.mount(s, "--attr-ttl", "1s", "--cache-size", "1GiB")
		if err != nil {
			return nil, err
		}
		dir, err := b.newDir(b.ram, "walk")
		if err != nil {
			return nil, err
		}
		if _, err := timed(b.ctx, "rsync", "-a", m.records(), dir); err != nil {
			if errors.Is(err, errNotInstalled) {
				return []sample{skipped("all", err)}, nil
			}
			return nil, err
		}
		if err := a.verify(dir); err != nil {
			return nil, err
		}
		copied := filepath.Join(dir, module)
		other, err := b.newDir(b.ram, "other")
		if err != nil {
			return nil, err
		}
		if _, err := timed(b.ctx, "rsync", "-a", copied, other); err != nil {
			return nil, err
		}
		var samples []sample
		for _, tool := range []struct {
			name string
			args func(from string) []string
		}{
			{"rsync -a", func(from string) []string { return []string{"rsync", "-a", from, other} }},
			{"find -ls", func(from string) []string { return []string{"find", from, "-ls"} }},
			{"du", func(from string) []string { return []string{"du", "-s", from} }},
		} {
			time.Sleep(1500 * time.Millisecond) // nothing is believed any more
			base := tool.args(copied)
			baseTook, err := timed(b.ctx, base[0], base[1:]...)
			if err != nil {
				return nil, err
			}
			if err := s.reset(); err != nil {
				return nil, err
			}
			ours := tool.args(m.records())
			oursTook, err := timed(b.ctx, ours[0], ours[1:]...)
			if err != nil {
				return nil, err
			}
			calls, err := s.count()
			if err != nil {
				return nil, err
			}
			line := against(tool.name+", unchanged", oursTook, baseTook, "tmpfs", 0)
			line.calls = &calls
			line.checks = []check{
				{"photo calls", calls.Photos, 0},
				{"record calls", calls.Records, 0},
				{"calls", calls.Calls, 2 * (int(oursTook/time.Second) + 1)},
			}
			samples = append(samples, line)
		}
		return samples, nil
	}
}
