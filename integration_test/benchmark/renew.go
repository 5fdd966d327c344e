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

// fromScratch is the listing of a module that nothing is known of, which the
// others are measured against.
const fromScratch = "from scratch"

// renewal is what a listing costs when it is known already: past its time,
// after changes, and in the next mount; against its first time, from scratch.
func renewal(a account) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		r, err := b.remember(a)
		if err != nil {
			return nil, err
		}
		scratch, err := r.list()
		if err != nil {
			return nil, err
		}
		again, err := r.listPastItsTime()
		if err != nil {
			return nil, err
		}
		if err := r.makeSixChanges(); err != nil {
			return nil, err
		}
		changed, err := r.listPastItsTime()
		if err != nil {
			return nil, err
		}
		linked, err := r.countLinks(r.server, len(r.ids))
		if err != nil {
			return nil, err
		}
		next, err := r.listInTheNextMount()
		if err != nil {
			return nil, err
		}
		return []sample{
			scratch.sample(fromScratch, scratch, "", 0, a.pages()+3),
			again.sample("unchanged, past its time", scratch, fromScratch, 0.25, 2),
			changed.sample("after six changes", scratch, fromScratch, 0.25, 4),
			linked.sample("by-name after that", scratch, fromScratch, 0, 2),
			{work: "first name, next mount", ours: took(next.first), figure: quantity{0.1, secondsUnit}},
			next.sample("all names, next mount", scratch, fromScratch, 0.25, 3),
		}, nil
	}
}

// remembering is an account that is mounted time and again, and what the mounts
// keep of it.
type remembering struct {
	*mounted
	server *server
	bench  *bench
	home   string
	ids    []int64 // of its records now
}

// remember mounts an account that nothing is known of.
func (b *bench) remember(a account) (*remembering, error) {
	s, err := b.serve(a)
	if err != nil {
		return nil, err
	}
	home, err := b.newDir(b.dir, "home")
	if err != nil {
		return nil, err
	}
	r := &remembering{server: s, bench: b, home: home, ids: a.allIDs()}
	return r, r.mount()
}

func (r *remembering) mount() (err error) {
	r.mounted, err = r.bench.mountFrom(r.home, r.server, "--attr-ttl", renewTTL.String())
	return err
}

func (r *remembering) list() (listed, error) { return r.listExactly(r.server, r.ids) }

func (r *remembering) listPastItsTime() (listed, error) {
	time.Sleep(renewTTL + time.Second)
	return r.list()
}

// longestLookupInARenewal is the longest that looking up a record took, one after
// the other, while all of them were renewed after changes: what is still believed
// waits for nothing.
func (r *remembering) longestLookupInARenewal() (longest time.Duration, err error) {
	lookUp := func(id int64) error {
		_, err := os.Lstat(filepath.Join(r.records(), strconv.FormatInt(id, 10)))
		return err
	}
	time.Sleep(renewTTL + time.Second)
	if err := lookUp(r.ids[2]); err != nil { // renews them, so that they are believed
		return 0, err
	}
	if err := r.makeSixChanges(); err != nil {
		return 0, err
	}
	renewed := make(chan error, 1)
	go func() {
		_, err := timed(r.bench.ctx, r.bench.binary, "refresh", r.dir)
		renewed <- err
	}()
	for i := 0; ; i = (i + 7919) % len(r.ids) {
		begun := time.Now()
		if err := lookUp(r.ids[i]); err != nil {
			return 0, err
		}
		longest = max(longest, time.Since(begun))
		select {
		case err := <-renewed:
			return longest, err
		default:
		}
	}
}

func (r *remembering) listInTheNextMount() (listed, error) {
	err := r.unmount()
	if err == nil {
		err = r.mount()
	}
	if err != nil {
		return listed{}, err
	}
	return r.list()
}

// makeSixChanges modifies three records and deletes three.
func (r *remembering) makeSixChanges() error {
	n := len(r.ids)
	gone := []int64{r.ids[1], r.ids[n/3], r.ids[n-1]}
	if err := r.server.change(change{Touch: []int64{r.ids[0], r.ids[n/2], r.ids[n-2]}, Delete: gone}); err != nil {
		return err
	}
	r.ids = slices.DeleteFunc(r.ids, func(id int64) bool { return slices.Contains(gone, id) })
	return nil
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
