package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// renewTTL is how long the rows about renewal believe a listing. Nothing that
// they do within it takes so long.
const renewTTL = 3 * time.Second

// renewal is what a listing costs when it is known already: past its time,
// after changes, and in the next mount; against its first time, from scratch.
func renewal(a account) func(*bench) ([]sample, error) {
	const baseline = "from scratch"
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		home, err := b.newDir(b.dir, "home")
		if err != nil {
			return nil, err
		}
		ttl := []string{"--attr-ttl", renewTTL.String()}
		m, err := b.mountFrom(home, s, ttl...)
		if err != nil {
			return nil, err
		}
		ids := a.allIDs()
		scratch, err := m.listExactly(s, ids)
		if err != nil {
			return nil, err
		}
		samples := []sample{scratch.sample("from scratch", scratch, "", 0, a.pages()+3)}

		time.Sleep(renewTTL + time.Second)
		again, err := m.listExactly(s, ids)
		if err != nil {
			return nil, err
		}
		samples = append(samples, again.sample("unchanged, past its time", scratch, baseline, 0.25, 2))

		n := len(ids)
		if err := s.change(change{Touch: []int64{ids[0], ids[n/2], ids[n-2]}, Delete: []int64{ids[1], ids[n/3], ids[n-1]}}); err != nil {
			return nil, err
		}
		ids = slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return slices.Contains([]int64{ids[1], ids[n/3], ids[n-1]}, id) })
		time.Sleep(renewTTL + time.Second)
		changed, err := m.listExactly(s, ids)
		if err != nil {
			return nil, err
		}
		samples = append(samples, changed.sample("after six changes", scratch, baseline, 0.25, 4))
		linked, err := m.countLinks(s, len(ids))
		if err != nil {
			return nil, err
		}
		samples = append(samples, linked.sample("by-name after that", scratch, baseline, 0, 2))

		if err := m.unmount(); err != nil {
			return nil, err
		}
		if m, err = b.mountFrom(home, s, ttl...); err != nil {
			return nil, err
		}
		next, err := m.listExactly(s, ids)
		if err != nil {
			return nil, err
		}
		first := sample{work: "first name, next mount", ours: took(next.first), figure: quantity{0.1, secondsUnit}}
		return append(samples, first, next.sample("all names, next mount", scratch, baseline, 0.25, 3)), nil
	}
}

// listed is how long a listing took, and what it cost.
type listed struct {
	first, all time.Duration
	calls      counts
}

func (l listed) sample(work string, base listed, baseline string, most float64, calls int) sample {
	s := sample{work: work, ours: took(l.all)}
	if baseline != "" {
		s = against(work, l.all, base.all, baseline, most)
	}
	s.calls = &l.calls
	s.checks = []check{{"calls", l.calls.Calls, calls}}
	return s
}

// listExactly lists the records, which must be these.
func (m *mounted) listExactly(s *server, want []int64) (l listed, err error) {
	if err := s.reset(); err != nil {
		return l, err
	}
	begun := time.Now()
	d, err := os.Open(m.records())
	if err != nil {
		return l, err
	}
	defer d.Close()
	names, err := d.Readdirnames(1)
	if err != nil {
		return l, err
	}
	l.first = time.Since(begun)
	rest, err := d.Readdirnames(-1)
	if err != nil {
		return l, err
	}
	l.all = time.Since(begun)
	names = append(names, rest...)
	got := make([]int64, len(names))
	for i, name := range names {
		if got[i], err = strconv.ParseInt(name, 10, 64); err != nil {
			return l, err
		}
	}
	if !slices.Equal(got, want) {
		return l, fmt.Errorf("the listing has %d records and is not the one of these %d", len(got), len(want))
	}
	l.calls, err = s.count()
	return l, err
}

// countLinks lists by-name, which must have so many.
func (m *mounted) countLinks(s *server, want int) (l listed, err error) {
	if err := s.reset(); err != nil {
		return l, err
	}
	if l.first, l.all, err = names(filepath.Join(m.dir, "by-name", module), want); err != nil {
		return l, err
	}
	l.calls, err = s.count()
	return l, err
}

// allIDs are those of all records, ascending.
func (a account) allIDs() []int64 {
	ids := make([]int64, a.records())
	for i := range ids {
		ids[i] = firstID + int64(i)
	}
	return ids
}
