package cache

import (
	"context"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// index is what is known of all records of a module. A snapshot and a scan never
// wait for each other: while a module is listed again, the scan has the records
// listed so far, and the previous snapshot has the rest.
type index struct {
	module    bigin.Module
	loaded    sync.Once
	sightings sightings
	belief    belief

	mu    sync.Mutex
	whole *snapshot // the last that was complete; nil when there was none
	scan  *scan     // the one under way, nil when there is none
	armed bool      // for forget; false while nothing is known

	saved   *snapshot  // as it is in the file
	savedAt time.Time  // when that was written or read
	saving  func()     // has it not be written soon; nil while it is not to be
	writing sync.Mutex // held while the file is written

	listOnly time.Time // until then no renewal by changes is tried: Bigin does not do it right

	untold     bool          // what was removed could not be told the last time
	refused    time.Time     // when that was
	refusedFor time.Duration // how long nobody asks from then on
}

// index returns what is known of a module, with what was kept of it before.
func (c *Cache) index(m bigin.Module) *index {
	x := c.indexes[m]
	x.loaded.Do(func() { x.load(c) })
	return x
}

// state returns what is known, without waiting for anything.
func (x *index) state() (whole *snapshot, scan *scan) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.whole, x.scan
}

// replace puts a snapshot in the place of the one it was made from, unless that
// has been replaced meanwhile.
func (x *index) replace(old, next *snapshot) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.whole != old {
		return false
	}
	x.whole = next
	return true
}

// forget drops what nobody has needed for as long as a listing may be renewed.
func (x *index) forget(l *lives, life time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.whole != nil && bigin.Elapsed(x.whole.date) >= life {
		x.whole = nil
	}
	if x.scan != nil {
		if _, touched := x.scan.loaded(); !touched.IsZero() && bigin.Elapsed(touched) >= life {
			x.scan = nil
		}
	}
	if x.armed = x.whole != nil || x.scan != nil; x.armed {
		l.after(sweepEvery, func() { x.forget(l, life) })
	}
}

// known is a record, and the time as of which it is right.
type known struct {
	bigin.Record
	asOf      time.Time
	watermark time.Time // the same by Bigin's clock; zero when that is not known
	fresh     bool      // within its time
}

// find returns what the index knows of a record, which may be out of date.
func (c *Cache) find(m bigin.Module, id bigin.RecordID) (known, bool) {
	whole, scan := c.index(m).state()
	if scan != nil {
		run, touched := scan.loaded()
		if r, ok := run.find(id); ok { // fresh while it is being loaded, however long that takes
			began, date := scan.dates()
			return known{r, began, date, bigin.Elapsed(touched) < c.o.AttrTTL}, true
		}
	}
	if whole != nil {
		if r, ok := whole.find(id); ok {
			return known{r, whole.date, whole.watermark, c.isFresh(whole)}, true
		}
	}
	return known{}, false
}

// isFresh reports whether a snapshot is within its time. It may be nil.
func (c *Cache) isFresh(s *snapshot) bool { return s != nil && bigin.Elapsed(s.date) < c.o.AttrTTL }

// order returns the snapshot that says which photo is next to which: while a
// module is listed again, the previous one. It is nil when there is none.
func (c *Cache) order(m bigin.Module) *snapshot {
	whole, scan := c.index(m).state()
	if whole == nil && scan != nil {
		return scan.sofar()
	}
	return whole
}

// begin returns a scan of the module: the one under way, unless that is out of
// date.
func (c *Cache) begin(m bigin.Module) *scan {
	x := c.index(m)
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.scan != nil {
		if _, touched := x.scan.loaded(); touched.IsZero() || bigin.Elapsed(touched) < c.o.AttrTTL {
			return x.scan
		}
	}
	var s *scan
	s = newScan(c.lives, c.pagesOf(c.ctx, m, x.whole), func(next *snapshot) { c.listed(m, s, next) })
	x.scan = s
	x.arm(c)
	return s
}

// arm has the index forgotten when nobody needs it any more. The caller holds
// the lock.
func (x *index) arm(c *Cache) {
	if !x.armed {
		x.armed = true
		c.lives.after(sweepEvery, func() { x.forget(c.lives, c.o.FullListing+c.o.AttrTTL) })
	}
}

// listed takes in the snapshot of a complete scan, unless another scan has
// overtaken it.
func (c *Cache) listed(m bigin.Module, s *scan, next *snapshot) {
	x := c.index(m)
	x.mu.Lock()
	if x.scan != s {
		x.mu.Unlock()
		return
	}
	old := x.whole
	x.whole, x.scan, x.refusedFor = next, nil, 0
	x.mu.Unlock()
	c.changed(m, old, next)
}

// drop removes a record that was found to be missing from the index.
func (c *Cache) drop(m bigin.Module, id bigin.RecordID) {
	c.forget(m, id) // no renewal will say that it was removed
	x := c.index(m)
	for {
		whole, _ := x.state()
		if whole == nil {
			return
		}
		if _, ok := whole.find(id); !ok {
			return
		}
		if x.replace(whole, whole.with(nil, map[bigin.RecordID]bool{id: true})) {
			c.watch.tell(m, Change{Removed: []bigin.RecordID{id}})
			return
		}
	}
}

// pagesOf returns how to ask for the pages of a module. whole is what is known of
// it so far, and may be nil.
func (c *Cache) pagesOf(ctx context.Context, m bigin.Module, whole *snapshot) pages {
	ask := func(f func(context.Context, bigin.Module, string) (bigin.Page, error)) func(string) (bigin.Page, error) {
		return func(token string) (bigin.Page, error) {
			ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
			defer cancel()
			return f(ctx, m, token)
		}
	}
	p := pages{fromStart: ask(c.o.Source.Records), fromEnd: ask(c.o.Source.RecordsFromEnd)}
	if whole != nil && whole.size > 0 {
		p.before = whole.run[0].first()
		p.exists = func(id bigin.RecordID) (bool, error) {
			ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
			defer cancel()
			_, err := c.o.Source.Record(ctx, m, id)
			if absent(err) {
				return false, nil
			}
			return err == nil, err
		}
	}
	return p
}
