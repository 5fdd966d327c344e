package cache

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// content is a photo in memory, complete or still arriving.
type content struct {
	photo *bigin.Photo
	of    bigin.Record // what was known of its record when it was asked for; the zero Record if nothing
	ahead atomic.Bool  // fetched ahead, and nobody asked for it yet
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
	if !ok || !fresh && e.photo.Version() != v {
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
// asking for it or not.
func (c *Cache) fetchOf(m bigin.Module, id bigin.RecordID, ahead bool) fetch {
	key := key(m, id)
	var of bigin.Record
	return fetch{
		begin: func(ctx context.Context) (*bigin.Photo, error) {
			if e, ok := c.photos.fresh(key); ok && complete(e.photo) {
				return e.photo, nil // came in between the look and the load
			}
			k, _, err := c.vouched(ctx, m, id)
			if err != nil {
				return nil, err
			}
			if err := c.absent(m, id); err != nil {
				return nil, err
			}
			if !ahead {
				c.counts.misses.Add(1)
			}
			p, err := c.o.Source.Photo(ctx, m, id)
			if err != nil {
				c.failed(m, id, err)
				return nil, err
			}
			of = k.Record
			c.arrived(key, p, of, ahead)
			return p, nil
		},
		over: func(p *bigin.Photo, err error) {
			if err == nil {
				c.landed(key, of, p)
			}
			if ahead {
				c.fetched(err)
			}
		},
	}
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
	c.photos.put(key, e, p.Size(), c.o.ContentTTL, max(c.o.StaleIfError, reuse))
}

// landed takes note of a photo that is complete. Nothing is remembered of one
// that is not.
func (c *Cache) landed(key string, of bigin.Record, p *bigin.Photo) {
	if of.HasPhoto() {
		c.sizes.put(key, of, p)
	}
}

// outdate lets go of a photo whose record is no more what it was.
func (c *Cache) outdate(key string, r bigin.Record) {
	if e, _, ok := c.photos.get(key); ok && e.of.ID != 0 && !sameVersion(e.of, r) {
		c.photos.remove(key)
	}
}

// sameVersion tells whether two states of a record have the same photo.
func sameVersion(a, b bigin.Record) bool {
	return a.Image == b.Image && a.Modified.Equal(b.Modified)
}

// Remembered returns size and media type of a photo that is not in memory, if
// it was seen before, be it by another process, and its record has not changed
// since. It waits for the renewal of a listing at most.
func (c *Cache) Remembered(ctx context.Context, m bigin.Module, id bigin.RecordID) (bytes int64, mime string, ok bool) {
	key := key(m, id)
	if k, ok, err := c.vouched(ctx, m, id); err != nil || ok && !k.HasPhoto() {
		return 0, "", false
	}
	r, ok := c.fresh(m, id)
	if !ok || !r.HasPhoto() || c.absent(m, id) != nil {
		return 0, "", false
	}
	if e, _, ok := c.photos.get(key); ok && e.photo.Err() == nil {
		return 0, "", false // it will be asked for, and tell more
	}
	v, ok := c.sizes.get(key, r)
	return v.bytes, v.mime, ok
}
