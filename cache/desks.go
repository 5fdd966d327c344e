package cache

import (
	"context"
	"math"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// beginPhoto asks the fleet for a photo that this desk does not have. If p is nil,
// this desk downloads it, and calls done afterwards.
func (c *Cache) beginPhoto(ctx context.Context, m bigin.Module, r bigin.Record) (p *bigin.Photo, done func()) {
	if c.o.Fleet == nil {
		return nil, func() {}
	}
	b, fetched, done := c.o.Fleet.BeginPhoto(ctx, m, c.version(m, r))
	if b != nil {
		return bigin.KeptPhoto(b, fetched), nil
	}
	return nil, done
}

// beginIndex asks the fleet for an index that is newer than ours, and takes it
// in. If s is nil, this desk renews its own, and calls done afterwards.
func (c *Cache) beginIndex(ctx context.Context, m bigin.Module, whole *snapshot) (s *snapshot, done func()) {
	if c.o.Fleet == nil {
		return nil, func() {}
	}
	after := time.Time{}
	if whole != nil {
		after = whole.date
	}
	b, _, done := c.o.Fleet.BeginIndex(ctx, m, after)
	if b == nil {
		return nil, done
	}
	k, err := decodeIndex(b, c.o.Account, m)
	if err != nil {
		c.o.Log.Warn("the index of another desk is of no use", "module", m, "error", err)
		return nil, func() {}
	}
	k.whole.date, k.whole.listed = bigin.Rebased(k.whole.date), bigin.Rebased(k.whole.listed) // its clock may be ahead of ours
	k.whole.how = byOthers
	x := c.index(m)
	if !k.whole.date.After(after) {
		return nil, func() {}
	}
	if !x.replace(whole, k.whole) { // another reader was faster
		s, _ = x.state()
		return s, func() {}
	}
	x.belief.adopt(k.doubted, k.nonce)
	c.changed(m, whole, k.whole)
	return k.whole, func() {}
}

// listForAll loads a listing to its end when other desks wait for it, even if its
// readers stop before that. Then it calls done.
func (c *Cache) listForAll(s *scan, done func()) {
	defer done()
	if c.o.Fleet == nil {
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.o.Timeout)
	defer cancel()
	_, _, _ = s.after(ctx, math.MaxInt64) // its failure is told to the readers
}

// keepIndex leaves the index of a module for the other desks.
func (c *Cache) keepIndex(m bigin.Module, s *snapshot) {
	if c.o.Fleet == nil {
		return
	}
	k := kept{whole: s}
	k.doubted, k.nonce = c.index(m).belief.state()
	c.o.Fleet.KeepIndex(m, k.encode(c.o.Account, m), s.date)
}
