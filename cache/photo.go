package cache

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// content is a photo in memory, complete or still arriving.
type content struct {
	photo    *bigin.Photo
	of       bigin.Record // the version of the record that it is of; the zero Record when that is not certain
	ahead    atomic.Bool  // fetched ahead, and nobody asked for it yet
	outdated atomic.Bool  // the record is another version by now
}

// Photo returns the photo of a record as soon as its size is known. A caller
// that has seen the version v is content with that one, however old. The
// photo goes on arriving while the caller has not called release; ctx is that of
// its whole operation. Errors are those of the source; where there is no
// photo, bigin.ErrNoPhoto.
func (c *Cache) Photo(ctx context.Context, m bigin.Module, id bigin.RecordID, v *bigin.Version) (p *bigin.Photo, release func(), err error) {
	key := key(m, id)
	if p, release, ok := c.kept(ctx, key, v); ok {
		c.counts.hits.Add(1)
		c.readAhead(m, id)
		return p, release, nil
	}
	if err := c.absent(m, id); err != nil {
		return nil, nil, err
	}
	c.readAhead(m, id)
	p, release, err = c.photoLoads.hold(ctx, key, c.fetchOf(m, id, false))
	if err == nil {
		if e, _, ok := c.photos.get(key); ok {
			c.demanded(e)
		}
	} else if stale, ok := c.stale(key); ok && unreachable(ctx, err) {
		return stale, released, nil
	}
	return p, release, err
}

// released ends the hold on a photo that nothing can happen to any more.
func released() {}

// kept returns the photo in memory if it is fresh, or of version v.
func (c *Cache) kept(ctx context.Context, key string, v *bigin.Version) (p *bigin.Photo, release func(), ok bool) {
	e, fresh, ok := c.photos.get(key)
	if !ok || (!fresh || e.outdated.Load()) && e.photo.Version() != v {
		return nil, nil, false
	}
	release = released
	select {
	case <-e.photo.Done():
		ok = e.photo.Err() == nil
	default:
		release, ok = c.photoLoads.join(ctx, key, e.photo)
	}
	if ok {
		c.demanded(e)
	}
	return e.photo, release, ok
}

// stale returns a photo past its time, as far as the options allow it.
func (c *Cache) stale(key string) (*bigin.Photo, bool) {
	e, _, ok := c.photos.get(key)
	if !ok || !complete(e.photo) {
		return nil, false
	}
	return e.photo, time.Since(e.photo.Fetched()) < c.o.ContentTTL+c.o.StaleIfError
}

// complete tells whether all bytes of a photo are there.
func complete(p *bigin.Photo) bool {
	select {
	case <-p.Done():
		return p.Err() == nil
	default:
		return false
	}
}

// fetchOf is how the photo is had that is not in memory, ahead of anyone
// asking for it or not: memory and the tiers are asked with the record as it is
// now, and then Bigin.
func (c *Cache) fetchOf(m bigin.Module, id bigin.RecordID, ahead bool) fetch {
	key := key(m, id)
	var landed func(*bigin.Photo)
	done := func() {} // has other desks go on
	return fetch{
		begin: func(ctx context.Context) (p *bigin.Photo, err error) {
			if e, ok := c.photos.fresh(key); ok && complete(e.photo) && !e.outdated.Load() {
				return e.photo, nil // came in between the look and the load
			}
			k, listed, err := c.vouched(ctx, m, id)
			if err != nil {
				return nil, err
			}
			if err := c.absent(m, id); err != nil {
				return nil, err
			}
			var old *bigin.Photo
			if listed && k.HasPhoto() {
				ctx := patient(ctx)
				now, inNeed := false, false
				if old = c.have(ctx, m, key, k.Record, ahead); old != nil {
					now, inNeed = c.believed(m, old.Fetched())
				}
				if now || inNeed && !k.fresh {
					c.trust(m, key, k, old)
					return old, nil
				}
				if !inNeed {
					old = nil
				}
				if p, done = c.beginPhoto(ctx, m, k.Record); p != nil {
					done = func() {}
					c.arrived(key, p, k.Record, ahead)
					return p, nil
				}
			}
			if !ahead {
				c.counts.misses.Add(1)
			}
			p, err = c.o.Source.Photo(ctx, m, id)
			if err != nil {
				if old != nil && unreachable(ctx, err) {
					return old, nil
				}
				c.failed(m, id, err)
				return nil, err
			}
			landed = func(p *bigin.Photo) { c.landed(m, k, p) }
			of := k.Record
			if !k.settled(p.Fetched()) {
				of = bigin.Record{}
			}
			c.arrived(key, p, of, ahead)
			c.recheck(m, key, k.Record, listed)
			return p, nil
		},
		over: func(p *bigin.Photo, err error) {
			if err == nil && landed != nil {
				landed(p)
			}
			done()
			if ahead {
				c.fetched(err)
			}
		},
	}
}

// trust has a photo be fresh for as long as the record that it stands for.
func (c *Cache) trust(m bigin.Module, key string, k known, p *bigin.Photo) {
	rest := min(c.o.AttrTTL-time.Since(k.asOf), c.unchangedLife(m)-time.Since(p.Fetched()))
	c.photos.renew(key, rest)
}

// have returns the photo of a version of a record that memory or a tier has,
// however old it is; nil when none has it.
func (c *Cache) have(ctx context.Context, m bigin.Module, key string, r bigin.Record, ahead bool) *bigin.Photo {
	if e, _, ok := c.photos.get(key); ok && complete(e.photo) && e.of.ID != 0 && c.index(m).belief.same(e.of, r) {
		e.outdated.Store(false)
		return e.photo
	}
	p := c.fromTiers(ctx, m, r)
	if p != nil {
		c.arrived(key, p, r, ahead)
	}
	return p
}

// arrived puts a photo into memory whose first bytes are there.
func (c *Cache) arrived(key string, p *bigin.Photo, of bigin.Record, ahead bool) {
	c.missing.remove(key)
	e := &content{photo: p, of: of}
	if ahead {
		e.ahead.Store(true)
		c.counts.ahead.Add(1)
		c.walks.unread.Add(p.Size())
	}
	life := max(0, c.o.ContentTTL-time.Since(p.Fetched()))
	spare := max(c.o.StaleIfError, reuse)
	if of.ID != 0 {
		spare += max(0, c.o.UnchangedTTL-c.o.ContentTTL)
	}
	c.photos.put(key, e, p.Size(), life, spare)
}

// landed takes note of a photo that is complete and of its record as it was
// known when it was asked for. Nothing is remembered of one that is not.
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

// recheck takes note that a record changed while its photo was asked for: the
// photo may be the one before.
func (c *Cache) recheck(m bigin.Module, key string, r bigin.Record, listed bool) {
	now, ok := c.find(m, r.ID)
	if !listed || !ok || c.index(m).belief.same(r, now.Record) {
		return
	}
	if e, _, ok := c.photos.get(key); ok {
		e.outdated.Store(true)
	}
}

// outdate takes note that the record of a photo in memory is another version
// now. Whoever reads the old one may read it to its end.
func (c *Cache) outdate(m bigin.Module, r bigin.Record) {
	if e, _, ok := c.photos.get(key(m, r.ID)); ok && (e.of.ID == 0 || !c.index(m).belief.same(e.of, r)) {
		e.outdated.Store(true)
	}
}

// Remembered returns size and media type of a photo that is not in memory, if
// it was seen before, be it by another process, and its record has not changed
// since. It waits for the renewal of a listing at most.
func (c *Cache) Remembered(ctx context.Context, m bigin.Module, id bigin.RecordID) (bytes int64, mime string, ok bool) {
	if k, ok, err := c.vouched(ctx, m, id); err != nil || ok && !k.HasPhoto() {
		return 0, "", false
	}
	r, ok := c.fresh(m, id)
	if !ok || !r.HasPhoto() || c.absent(m, id) != nil {
		return 0, "", false
	}
	if e, _, ok := c.photos.get(key(m, id)); ok && e.photo.Err() == nil {
		return 0, "", false // it will be asked for, and tell more
	}
	x := c.index(m)
	doubted, nonce := x.belief.state()
	v, ok := x.sightings.get(r, nonce)
	if doubted && time.Since(time.Unix(v.fetched, 0)) >= c.o.ContentTTL {
		return 0, "", false
	}
	return v.bytes, v.mime, ok
}
