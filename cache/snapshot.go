package cache

import (
	"slices"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// snapshot is all records of a module as they were at one time. It never changes,
// so reading it needs no lock: a renewal makes another one, which shares all
// chunks but those that changed.
type snapshot struct {
	run
	size   int // records
	photos int // records that have one

	// The numbers of the nearest chunks with a photo, beyond each chunk and
	// before it: -1 and len(run) when there is none.
	nextPhotos, prevPhotos []int32

	date      time.Time // it is right as of then, by the clock of this machine
	watermark time.Time // the same by Bigin's clock; zero when that is not known
	removals  time.Time // what was removed is known up to then, by Bigin's clock
	listed    time.Time // when a full listing began last, by the clock of this machine
	how       string    // how it came to be
}

// How a snapshot came to be.
const (
	byListing = "listing"
	byChanges = "changes"
	byOthers  = "another desk"
)

func newSnapshot(r run) *snapshot {
	s := &snapshot{run: r, nextPhotos: make([]int32, len(r)), prevPhotos: make([]int32, len(r))}
	last := int32(-1)
	for i, c := range r {
		s.size += len(c.ids)
		s.photos += c.photos
		s.prevPhotos[i] = last
		if c.photos > 0 {
			last = int32(i)
		}
	}
	last = int32(len(r))
	for i := range slices.Backward(r) {
		s.nextPhotos[i] = last
		if r[i].photos > 0 {
			last = int32(i)
		}
	}
	return s
}

// neighbours returns up to n records with a photo that come next after id, in
// the direction dir, which is 1 or -1.
func (s *snapshot) neighbours(id bigin.RecordID, dir, n int) []bigin.RecordID {
	at, i := s.search(id)
	switch {
	case dir < 0 && at == len(s.run):
		if at--; at < 0 {
			return nil
		}
		i = len(s.run[at].ids) - 1
	case dir < 0:
		i--
	case at < len(s.run) && s.run[at].ids[i] == id:
		i++
	}
	var ids []bigin.RecordID
	for at >= 0 && at < len(s.run) {
		c := s.run[at]
		for ; c.photos > 0 && i >= 0 && i < len(c.ids); i += dir {
			if c.images[i] == 0 {
				continue
			}
			if ids = append(ids, c.ids[i]); len(ids) == n {
				return ids
			}
		}
		if dir > 0 {
			at, i = int(s.nextPhotos[at]), 0
		} else if at = int(s.prevPhotos[at]); at >= 0 {
			i = len(s.run[at].ids) - 1
		}
	}
	return ids
}

// with returns a snapshot with records added or replaced, and others removed. Its
// dates are left to the caller.
func (s *snapshot) with(put map[bigin.RecordID]bigin.Record, removed map[bigin.RecordID]bool) *snapshot {
	ids := make([]bigin.RecordID, 0, len(put)+len(removed))
	for id := range put {
		ids = append(ids, id)
	}
	for id := range removed {
		if _, twice := put[id]; !twice {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	all := make(run, 0, len(s.run)+1)
	for at, c := range s.run {
		end := len(ids) // of those that belong in this chunk
		if at < len(s.run)-1 {
			end, _ = slices.BinarySearch(ids, s.run[at+1].first())
		}
		if end == 0 {
			all = append(all, c)
			continue
		}
		all = append(all, newChunks(merged(c, ids[:end], put, removed))...)
		ids = ids[end:]
	}
	if len(s.run) == 0 {
		all = append(all, newChunks(merged(&chunk{}, ids, put, removed))...)
	}
	next := newSnapshot(all)
	next.date, next.watermark, next.removals, next.listed, next.how = s.date, s.watermark, s.removals, s.listed, s.how
	return next
}

// merged returns the records of a chunk after the changes of these ids.
func merged(c *chunk, ids []bigin.RecordID, put map[bigin.RecordID]bigin.Record, removed map[bigin.RecordID]bool) []bigin.Record {
	all := make([]bigin.Record, 0, len(c.ids)+len(ids))
	i := 0
	for _, id := range ids {
		for ; i < len(c.ids) && c.ids[i] < id; i++ {
			all = append(all, c.at(i))
		}
		if i < len(c.ids) && c.ids[i] == id {
			i++
		}
		if r, ok := put[id]; ok && !removed[id] {
			all = append(all, r)
		}
	}
	return append(all, c.records(i)...)
}

// Change is how the records of a module differ from what they were.
type Change struct {
	Added   []bigin.RecordID
	Changed []bigin.RecordID // their name, time or photo
	Removed []bigin.RecordID
}

// empty reports whether nothing differs.
func (c Change) empty() bool { return len(c.Added)+len(c.Changed)+len(c.Removed) == 0 }

// differences returns how next differs from s, where same reports whether two
// states of a record are the same to everyone. Chunks that they share cost next
// to nothing.
func (s *snapshot) differences(next *snapshot, same func(a, b bigin.Record) bool) Change {
	var c Change
	a, b := cursor{run: s.run}, cursor{run: next.run}
	for !a.over() || !b.over() {
		switch {
		case a.i == 0 && b.i == 0 && !a.over() && !b.over() && a.run[a.at] == b.run[b.at]:
			a.skip()
			b.skip()
		case b.over() || !a.over() && a.id() < b.id():
			c.Removed = append(c.Removed, a.id())
			a.step()
		case a.over() || b.id() < a.id():
			c.Added = append(c.Added, b.id())
			b.step()
		default:
			if !same(a.run[a.at].at(a.i), b.run[b.at].at(b.i)) {
				c.Changed = append(c.Changed, a.id())
			}
			a.step()
			b.step()
		}
	}
	return c
}

// cursor goes over a run.
type cursor struct {
	run
	at, i int
}

func (c *cursor) over() bool         { return c.at == len(c.run) }
func (c *cursor) id() bigin.RecordID { return c.run[c.at].ids[c.i] }
func (c *cursor) skip()              { c.at, c.i = c.at+1, 0 }

func (c *cursor) step() {
	if c.i++; c.i == len(c.run[c.at].ids) {
		c.skip()
	}
}
