package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// overlap is how far a renewal looks back beyond the time as of which an index is
// right: times are whole seconds, and a record that is modified between two pages
// moves to the front.
const overlap = 2 * time.Minute

// errListAnew says that an index cannot be renewed by what changed.
var errListAnew = errors.New("the module has to be listed in full")

// open returns a listing as of now: a snapshot, or a scan that is being loaded.
func (c *Cache) open(ctx context.Context, m bigin.Module) (*snapshot, *scan, error) {
	x := c.index(m)
	whole, _ := x.state()
	if whole == nil {
		next, done := c.beginIndex(ctx, m, nil)
		if next == nil {
			s := c.begin(m)
			if !c.lives.run(func() { c.listForAll(s, done) }) {
				done()
			}
			return nil, s, nil
		}
		whole = next
	}
	err := errListAnew
	if bigin.Elapsed(whole.listed) < c.o.FullListing {
		var next *snapshot
		if next, err = c.renewed(ctx, m); err == nil {
			return next, nil, nil
		}
	}
	if errors.Is(err, errListAnew) {
		s := c.begin(m)
		if _, _, err = s.after(ctx, 0); err == nil {
			return nil, s, nil
		}
	}
	if c.mayBeStale(ctx, whole, err) {
		return whole, nil, nil
	}
	return nil, nil, err
}

// mayBeStale reports whether an expired snapshot may serve because Bigin cannot be
// reached.
func (c *Cache) mayBeStale(ctx context.Context, s *snapshot, err error) bool {
	return unreachable(ctx, err) && bigin.Elapsed(s.date) < c.o.AttrTTL+c.o.StaleIfError
}

// renewed returns a fresh index of a module. One renewal serves all who ask for
// it; whoever needs a record out of date waits for that, and not for a call about
// the record. The error is errListAnew when a listing is needed instead.
func (c *Cache) renewed(ctx context.Context, m bigin.Module) (*snapshot, error) {
	x := c.index(m)
	switch whole, _ := x.state(); {
	case whole == nil:
		return nil, errListAnew
	case c.isFresh(whole):
		return whole, nil
	}
	return c.renewals.do(ctx, string(m), func(ctx context.Context) (*snapshot, error) { return c.renew(ctx, m) })
}

// renew makes the index of a module right as of now.
func (c *Cache) renew(ctx context.Context, m bigin.Module) (*snapshot, error) {
	x := c.index(m)
	whole, _ := x.state()
	switch {
	case whole == nil:
		return nil, errListAnew
	case c.isFresh(whole):
		return whole, nil // came in between the look and the load
	}
	next, done := c.beginIndex(ctx, m, whole)
	if c.isFresh(next) {
		return next, nil
	}
	defer done()
	if next != nil {
		whole = next
	}
	return c.renewNow(ctx, m, whole)
}

// renewNow asks Bigin what has changed since an index was right.
func (c *Cache) renewNow(ctx context.Context, m bigin.Module, whole *snapshot) (*snapshot, error) {
	x := c.index(m)
	if whole.size <= 2*bigin.PerPage { // costs no more, and tells more
		return c.relist(ctx, m, whole)
	}
	d, err := c.changes(ctx, m, whole)
	if err != nil {
		return nil, err
	}
	for {
		whole, _ = x.state()
		if whole == nil || !whole.date.Before(d.date) {
			return whole, nil // a listing was faster
		}
		next := whole.with(d.put, d.removed)
		next.date, next.watermark, next.how = d.date, d.watermark, byChanges
		if d.all {
			next.removals = d.watermark
		}
		if x.replace(whole, next) {
			c.changed(m, whole, next)
			return next, nil
		}
	}
}

// relist renews the index of a small module.
func (c *Cache) relist(ctx context.Context, m bigin.Module, whole *snapshot) (*snapshot, error) {
	s := newScan(c.lives, c.pagesOf(ctx, m, whole), nil)
	for id, ok := bigin.RecordID(0), true; ok; {
		var r bigin.Record
		var err error
		if r, ok, err = s.after(ctx, id); err != nil {
			return nil, err
		}
		id = r.ID
	}
	next := s.whole
	if c.index(m).replace(whole, next) {
		c.changed(m, whole, next)
	}
	return next, nil
}

// delta is what changed in a module.
type delta struct {
	put       map[bigin.RecordID]bigin.Record
	removed   map[bigin.RecordID]bool
	all       bool      // removed are all that were
	date      time.Time // when it was asked for
	watermark time.Time // the same by Bigin's clock
}

// changes asks what changed since the index was right. It costs two calls when
// little did.
func (c *Cache) changes(ctx context.Context, m bigin.Module, whole *snapshot) (d delta, err error) {
	x := c.index(m)
	x.mu.Lock()
	listOnly := time.Now().Before(x.listOnly)
	x.mu.Unlock()
	if listOnly || whole.watermark.IsZero() {
		return delta{}, errListAnew
	}
	horizon := whole.watermark.Add(-overlap)
	d = delta{put: make(map[bigin.RecordID]bigin.Record), removed: make(map[bigin.RecordID]bool), date: time.Now()}
	token := ""
	for n := 0; ; n++ {
		if n > whole.size/bigin.PerPage {
			return delta{}, fmt.Errorf("%w: more changed than a listing costs", errListAnew)
		}
		page, err := c.o.Source.Changes(ctx, m, token)
		switch {
		case errors.Is(err, bigin.ErrUnsorted):
			c.o.Log.Warn("Bigin does not list records by their time of modification: each renewal lists them all", "module", m, "error", err)
			x.mu.Lock()
			x.listOnly = time.Now().Add(c.o.FullListing)
			x.mu.Unlock()
			return delta{}, fmt.Errorf("%w: %w", errListAnew, err)
		case err != nil && (definite(err) || answered(err)):
			c.o.Log.Info("Bigin does not say what changed: the records are listed again", "module", m, "error", err)
			return delta{}, fmt.Errorf("%w: %w", errListAnew, err)
		case err != nil:
			return delta{}, err
		case len(page.Records) == 0:
			return delta{}, fmt.Errorf("%w: it has no records any more, Bigin says", errListAnew)
		}
		if n == 0 {
			d.watermark = page.Date
		}
		for _, r := range page.Records {
			if _, twice := d.put[r.ID]; !twice {
				d.put[r.ID] = r
			}
		}
		token = page.Next
		if token == "" || page.Records[len(page.Records)-1].Modified.Before(horizon) {
			break
		}
	}
	d.all, err = c.removals(ctx, m, whole, d.removed)
	return d, err
}

// changed notes how a new snapshot differs from the one before, which may be nil.
func (c *Cache) changed(m bigin.Module, old, next *snapshot) {
	x := c.index(m)
	c.prove(m, next)
	x.saveSoon(c)
	if next.how != byOthers {
		c.keepIndex(m, next)
	}
	if old == nil {
		return
	}
	ch := old.differences(next, func(a, b bigin.Record) bool { return a.Name == b.Name && x.belief.same(a, b) })
	for _, id := range ch.Removed {
		key := key(m, id)
		c.photos.remove(key)
		c.records.remove(key)
		c.forget(m, id)
		c.missing.put(key, missing{fmt.Errorf("record %s: %w", key, bigin.ErrNoRecord), time.Now()}, 0, c.o.NegativeTTL, 0)
	}
	for _, ids := range [][]bigin.RecordID{ch.Added, ch.Changed} {
		for _, id := range ids {
			key := key(m, id)
			c.missing.remove(key)
			c.records.remove(key)
		}
	}
	c.watch.tell(m, ch)
}
