package cache

import (
	"context"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// version is the record as the tiers know it: an Image that differs from call to
// call does not count.
func (c *Cache) version(m bigin.Module, r bigin.Record) bigin.Record {
	if _, nonce := c.index(m).belief.state(); nonce && r.HasPhoto() {
		r.Image = 1
	}
	return r
}

// fromTiers returns the photo of a record from the first tier that has it, and
// leaves it with those before. It is nil when none has it.
func (c *Cache) fromTiers(ctx context.Context, m bigin.Module, r bigin.Record) *bigin.Photo {
	r = c.version(m, r)
	for i, tier := range c.o.Tiers {
		b, fetched, ok := tier.Photo(ctx, m, r)
		if !ok {
			continue
		}
		for _, before := range c.o.Tiers[:i] {
			before.Keep(m, r, b, fetched)
		}
		return bigin.KeptPhoto(b, fetched)
	}
	return nil
}

// keep leaves a photo with all tiers.
func (c *Cache) keep(m bigin.Module, r bigin.Record, p *bigin.Photo) {
	if len(c.o.Tiers) == 0 {
		return
	}
	b, err := p.Bytes(context.Background(), 0, int(p.Size()))
	if err != nil {
		return // not complete
	}
	r = c.version(m, r)
	for _, tier := range c.o.Tiers {
		tier.Keep(m, r, b, p.Fetched())
	}
}

// forget has all tiers drop the photos of a record that is gone.
func (c *Cache) forget(m bigin.Module, id bigin.RecordID) {
	for _, tier := range c.o.Tiers {
		tier.Forget(m, id)
	}
}

// believed reports whether a photo that was fetched then is still believed if its
// record has not changed, and whether it is at least while Bigin cannot be reached.
func (c *Cache) believed(m bigin.Module, fetched time.Time) (now, inNeed bool) {
	age, life := bigin.Elapsed(fetched), c.unchangedLife(m)
	return age < life, age < life+c.o.StaleIfError
}
