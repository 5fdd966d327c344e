package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// longListing is ls -l of records that were listed, against as many directories
// on tmpfs. The first time the kernel asks for the attributes of each, and from
// then on for none.
func longListing(a account, most float64) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		m, err := b.mount(s)
		if err != nil {
			return nil, err
		}
		dir, err := b.newDir(b.ram, "long")
		if err != nil {
			return nil, err
		}
		for _, id := range a.ids() {
			if err := os.Mkdir(filepath.Join(dir, fmt.Sprint(id)), 0o555); err != nil {
				return nil, err
			}
		}
		if _, _, err := names(m.records(), a.records()); err != nil {
			return nil, err
		}
		if err := s.reset(); err != nil {
			return nil, err
		}
		var ours, base []time.Duration
		for range passes {
			for _, side := range []struct {
				dir   string
				times *[]time.Duration
			}{{m.records(), &ours}, {dir, &base}} {
				t, err := timed(b.ctx, "ls", "-l", side.dir)
				if err != nil {
					return nil, err
				}
				*side.times = append(*side.times, t)
			}
		}
		calls, err := s.count()
		if err != nil {
			return nil, err
		}
		line := against(fmt.Sprintf("ls -l, best of %d", passes), slices.Min(ours), slices.Min(base), "tmpfs", most)
		line.calls, line.checks = &calls, []check{{"photo calls", calls.Photos, 0}}
		return []sample{against("ls -l, the first", ours[0], base[0], "tmpfs", 0), line}, nil
	}
}
