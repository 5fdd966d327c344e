package cache

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// content is a photo that a Cache has: in memory, or on its way.
type content struct {
	photo *bigin.Photo
	of    known       // its record, as it was known when the photo was asked for; zero when no index knew it
	sure  bool        // it is of that version of the record, and of no other
	ahead atomic.Bool // fetched ahead, and nobody asked for it yet
}

// Photo returns the photo of a record as soon as its size is known. A caller that
// has seen the version v is content with that one, however old. The photo goes on
// arriving until the caller calls release; ctx is that of its whole operation.
// Errors are those of the source, and bigin.ErrNoPhoto where there is no photo.
func (c *Cache) Photo(ctx context.Context, m bigin.Module, id bigin.RecordID, v *bigin.Version) (p *bigin.Photo, release func(), err error) {
	if e, release, ok := c.kept(ctx, m, id, v); ok {
		c.counts.hits.Add(1)
		c.demanded(e)
		in := looks
		if v != nil {
			in = reads
		}
		c.readAhead(m, id, in)
		return e.photo, release, nil
	}
	if err := c.absent(m, id); err != nil {
		return nil, nil, err
	}
	c.readAhead(m, id, c.interestIn(m, id, v))
	key := key(m, id)
	e, release, err := c.photoLoads.hold(ctx, key, c.fetchOf(m, id, false))
	if err == nil {
		c.demanded(e)
		return e.photo, release, nil
	}
	if stale, ok := c.stale(key); ok && unreachable(ctx, err) {
		return stale, released, nil
	}
	return nil, nil, err
}

// released is the release of a photo that is complete, and needs none.
func released() {}

// kept returns the photo of version v, in memory or arriving, or else the one in
// memory if it is fresh.
func (c *Cache) kept(ctx context.Context, m bigin.Module, id bigin.RecordID, v *bigin.Version) (e *content, release func(), ok bool) {
	key := key(m, id)
	e, fresh, ok := c.photos.get(key)
	if ok && e.photo.Version() == v {
		return e, released, true
	}
	if v != nil {
		if e, release, ok := c.photoLoads.holdVersion(ctx, key, v); ok {
			return e, release, true
		}
	}
	return e, released, ok && fresh && !c.outdated(m, id, e)
}

// stale returns an expired photo, if the options allow it.
func (c *Cache) stale(key string) (*bigin.Photo, bool) {
	e, _, ok := c.photos.get(key)
	if !ok {
		return nil, false
	}
	return e.photo, bigin.Elapsed(e.photo.Fetched()) < c.o.ContentTTL+c.o.StaleIfError
}

// outdated reports whether a photo may be of another version of its record than
// the one in the index by now. Whoever is reading it may finish.
func (c *Cache) outdated(m bigin.Module, id bigin.RecordID, e *content) bool {
	now, ok := c.find(m, id)
	switch {
	case !ok:
		return false
	case e.of.ID == 0:
		return now.changedSince(e.photo.Fetched())
	}
	return now.asOf.After(e.of.asOf) && !c.index(m).belief.same(e.of.Record, now.Record)
}

// fetchOf is how to get a photo that is not in memory, ahead of anyone asking for
// it or not: memory and the tiers are asked with the record as it is now, and
// then Bigin. Only a complete photo is put into memory, so a download that fails
// leaves what was there before.
func (c *Cache) fetchOf(m bigin.Module, id bigin.RecordID, ahead bool) fetch {
	key := key(m, id)
	var landed func(*content)
	done := func() {} // lets other desks go on
	return fetch{
		good: func(e *content) bool { return !c.outdated(m, id, e) },
		begin: func(ctx context.Context) (e *content, err error) {
			if e, ok := c.photos.fresh(key); ok && !c.outdated(m, id, e) {
				return e, nil // came in between the look and the load
			}
			k, listed, err := c.vouched(ctx, m, id)
			if err != nil {
				return nil, err
			}
			if err := c.absent(m, id); err != nil {
				return nil, err
			}
			var old *content
			if listed && k.HasPhoto() {
				ctx := patient(ctx)
				now, inNeed := false, false
				if old = c.have(ctx, m, key, k, ahead); old != nil {
					now, inNeed = c.believed(m, old.photo.Fetched())
				}
				if now || inNeed && !k.fresh {
					c.trust(m, key, k, old.photo)
					return old, nil
				}
				if !inNeed {
					old = nil
				}
				var p *bigin.Photo
				if p, done = c.beginPhoto(ctx, m, k.Record); p != nil {
					done = func() {}
					e := c.arrived(key, &content{photo: p, of: k, sure: true}, ahead)
					c.keepInMemory(key, e)
					return e, nil
				}
			}
			if !ahead {
				c.counts.misses.Add(1)
			}
			p, err := c.o.Source.Photo(ctx, m, id)
			if err != nil {
				if old != nil && unreachable(ctx, err) {
					return old, nil
				}
				c.failed(m, id, err)
				return nil, err
			}
			c.photos.expect(p.Size())
			landed = func(e *content) {
				c.keepInMemory(key, e)
				c.landed(m, k, e.photo)
			}
			return c.arrived(key, &content{photo: p, of: k, sure: k.settled(p.Fetched())}, ahead), nil
		},
		over: func(e *content, err error) {
			if landed != nil {
				c.photos.expect(-e.photo.Size())
				if err == nil {
					landed(e)
				} else {
					c.dropped(key, e)
				}
			}
			done()
			if ahead {
				c.fetched(err)
			}
		},
	}
}

// trust makes a photo as fresh as the record that stands for it.
func (c *Cache) trust(m bigin.Module, key string, k known, p *bigin.Photo) {
	rest := min(c.o.AttrTTL-bigin.Elapsed(k.asOf), c.unchangedLife(m)-bigin.Elapsed(p.Fetched()))
	c.photos.renew(key, rest)
}

// have returns the photo of a version of a record from memory or a tier, however
// old it is, or nil.
func (c *Cache) have(ctx context.Context, m bigin.Module, key string, k known, ahead bool) *content {
	if e, _, ok := c.photos.get(key); ok && e.sure && c.index(m).belief.same(e.of.Record, k.Record) {
		return e
	}
	p := c.fromTiers(ctx, m, k.Record)
	if p == nil {
		return nil
	}
	e := c.arrived(key, &content{photo: p, of: k, sure: true}, ahead)
	c.keepInMemory(key, e)
	return e
}

// arrived notes a photo whose first bytes are there, and returns it.
func (c *Cache) arrived(key string, e *content, ahead bool) *content {
	c.missing.remove(key)
	c.walks.latest.Store(e.photo.Size())
	if ahead {
		e.ahead.Store(true)
		c.counts.ahead.Add(1)
		c.walks.unread.Add(e.photo.Size())
	}
	return e
}

// keepInMemory puts a photo that is complete into memory.
func (c *Cache) keepInMemory(key string, e *content) {
	life := max(0, c.o.ContentTTL-bigin.Elapsed(e.photo.Fetched()))
	spare := max(c.o.StaleIfError, reuse)
	if e.sure {
		spare += max(0, c.o.UnchangedTTL-c.o.ContentTTL)
	}
	c.photos.put(key, e, e.photo.Size(), life, spare)
}

// landed notes a complete photo, and its record as it was known when the photo was
// asked for. Nothing is remembered of an incomplete one.
func (c *Cache) landed(m bigin.Module, k known, p *bigin.Photo) {
	if !k.HasPhoto() {
		return
	}
	x := c.index(m)
	now := sighting{
		image: k.Image, modified: seconds(k.Modified), bytes: p.Size(), mime: p.MIME(),
		fetched: p.Fetched().Unix(), used: time.Now().Unix(),
	}
	if k.settled(p.Fetched()) {
		b, err := p.Bytes(context.Background(), 0, int(p.Size()))
		if err != nil {
			return
		}
		now.sum = sumOf(b)
		c.keep(m, k.Record, p)
	}
	before, ok := x.sightings.put(k.ID, now)
	if ok && x.belief.learn(k.Record, before, now) {
		c.o.Log.Info("Record_Image differs from call to call: photos are told apart by the time of their record", "module", m)
	}
	x.saveSoon(c)
}

// Remembered returns the size and media type of a photo that is not in memory, if
// this process or an earlier one has seen it and its record has not changed since.
// It waits for the renewal of a listing at most.
func (c *Cache) Remembered(ctx context.Context, m bigin.Module, id bigin.RecordID) (bytes int64, mime string, ok bool) {
	if k, ok, err := c.vouched(ctx, m, id); err != nil || ok && !k.HasPhoto() {
		return 0, "", false
	}
	r, ok := c.fresh(m, id)
	if !ok || !r.HasPhoto() || c.absent(m, id) != nil {
		return 0, "", false
	}
	if _, _, ok := c.photos.get(key(m, id)); ok || c.photoLoads.arrives(key(m, id)) {
		return 0, "", false // it will be asked for, and tell more
	}
	x := c.index(m)
	doubted, nonce := x.belief.state()
	v, ok := x.sightings.get(r, nonce)
	age := bigin.Elapsed(time.Unix(v.fetched, 0))
	if !ok || doubted && (age < 0 || age >= c.o.ContentTTL) || x.sightings.check(id, age, c.o.UnchangedTTL) {
		return 0, "", false
	}
	return v.bytes, v.mime, true
}
