package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// Source is where a Cache gets what it has not. A *bigin.Client is one.
type Source interface {
	Photo(ctx context.Context, m bigin.Module, id bigin.RecordID) (*bigin.Photo, error)
	Record(ctx context.Context, m bigin.Module, id bigin.RecordID) (bigin.Record, error)
	Records(ctx context.Context, m bigin.Module, token string) (bigin.Page, error)
	RecordsFromEnd(ctx context.Context, m bigin.Module, token string) (bigin.Page, error)
}

// Options say how long and how much a Cache keeps. Source is required; of the
// rest the zero value keeps nothing longer than it is in use.
type Options struct {
	Source       Source
	AttrTTL      time.Duration // records and listings
	NegativeTTL  time.Duration // what is not there or not allowed
	ContentTTL   time.Duration // photos
	StaleIfError time.Duration // photos past their time, when Bigin cannot be reached
	Size         int64         // bytes of photos
	Ahead        int           // photos fetched ahead at once; 0 turns it off
	Timeout      time.Duration // of each load; 0 means 30 s
	SizesFile    string        // where sizes are remembered from mount to mount; "" forgets them
	Log          *slog.Logger  // nil discards
}

// A Cache remembers an account. It is safe for concurrent use.
type Cache struct {
	o        Options
	photos   *store[*content]
	records  *store[bigin.Record]
	listings *store[*listing]
	missing  *store[missing]
	sizes    *sizes // nil when they are not remembered

	photoLoads  *flights[*bigin.Photo]
	recordLoads *flights[bigin.Record]

	opening sync.Mutex // held to replace or renew a listing
	walks   walks
	counts  counts
	ctx     context.Context // of all loads
	cancel  context.CancelFunc
}

// content is a photo in the cache.
type content struct {
	photo *bigin.Photo
	ahead atomic.Bool // fetched ahead, and nobody asked for it yet
}

// missing says that something is definitely not to be had.
type missing struct {
	err error
	at  time.Time
}

// reuse is how long a photo past its time may still serve the file that was
// opened with it.
const reuse = time.Minute

// New returns an empty cache. Close it.
func New(o Options) *Cache {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	c := &Cache{o: o}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.photos = newStore(max(o.Size, 1), c.dropped) // of a size of 0, the last photo
	c.records = newStore[bigin.Record](0, nil)
	c.listings = newStore[*listing](0, nil)
	c.missing = newStore[missing](0, nil)
	c.photoLoads = newFlights[*bigin.Photo](c.ctx, o.Timeout)
	c.recordLoads = newFlights[bigin.Record](c.ctx, o.Timeout)
	if o.SizesFile != "" {
		c.sizes = openSizes(o.SizesFile, o.Log)
	}
	return c
}

// Close ends the loads under way and writes the sizes to their file.
func (c *Cache) Close() {
	c.cancel()
	c.sizes.close()
}

// Photo returns the photo of a record as soon as its size is known. Errors are
// those of the source; where there is no photo, bigin.ErrNoPhoto.
func (c *Cache) Photo(ctx context.Context, m bigin.Module, id bigin.RecordID) (*bigin.Photo, error) {
	key := key(m, id)
	if p, ok := c.photo(key, nil); ok {
		c.counts.hits.Add(1)
		c.readAhead(m, id)
		return p, nil
	}
	if err := c.absent(m, id); err != nil {
		return nil, err
	}
	c.counts.misses.Add(1)
	c.readAhead(m, id)
	p, err := c.photoLoads.do(ctx, key, c.loadPhoto(m, id, false))
	if err == nil {
		if e, _, ok := c.photos.get(key); ok {
			c.demanded(e)
		}
	} else if stale, ok := c.stale(key); ok && unreachable(ctx, err) {
		return stale, nil
	}
	return p, err
}

// PhotoOf is Photo for a caller that has seen the version v and is content
// with it, however old.
func (c *Cache) PhotoOf(ctx context.Context, m bigin.Module, id bigin.RecordID, v *bigin.Version) (*bigin.Photo, error) {
	if p, ok := c.photo(key(m, id), v); ok {
		return p, nil
	}
	return c.Photo(ctx, m, id)
}

// photo returns the photo in the cache if it is fresh, or of version v.
func (c *Cache) photo(key string, v *bigin.Version) (*bigin.Photo, bool) {
	e, fresh, ok := c.photos.get(key)
	if !ok || !fresh && e.photo.Version() != v || e.photo.Err() != nil {
		return nil, false
	}
	c.demanded(e)
	return e.photo, true
}

// stale returns a photo past its time, as far as the options allow it.
func (c *Cache) stale(key string) (*bigin.Photo, bool) {
	e, _, ok := c.photos.get(key)
	if !ok || e.photo.Err() != nil {
		return nil, false
	}
	return e.photo, time.Since(e.photo.Fetched()) < c.o.ContentTTL+c.o.StaleIfError
}

// loadPhoto returns a load of the photo that leaves it in the cache; ahead of
// anyone asking for it, or not.
func (c *Cache) loadPhoto(m bigin.Module, id bigin.RecordID, ahead bool) func(context.Context) (*bigin.Photo, error) {
	return func(ctx context.Context) (*bigin.Photo, error) {
		key := key(m, id)
		if p, ok := c.photos.fresh(key); ok && p.photo.Err() == nil {
			return p.photo, nil // came in between the look and the load
		}
		if err := c.absent(m, id); err != nil {
			return nil, err // likewise
		}
		p, err := c.o.Source.Photo(ctx, m, id)
		if err != nil {
			if definite(err) {
				c.missing.put(key, missing{err, time.Now()}, 0, c.o.NegativeTTL, 0)
				c.photos.remove(key)
			}
			return nil, err
		}
		c.missing.remove(key)
		e := &content{photo: p}
		if ahead {
			e.ahead.Store(true)
			c.arrived(e)
		}
		if r, ok := c.known(m, id); ok && r.HasPhoto() {
			c.sizes.put(key, r, p)
		}
		c.photos.put(key, e, p.Size(), c.o.ContentTTL, max(c.o.StaleIfError, reuse))
		return p, nil
	}
}

// Remembered returns size and media type of a photo that is not in the cache,
// if it was seen before, be it by another process, and its record has not
// changed since, as far as is known without a call.
func (c *Cache) Remembered(m bigin.Module, id bigin.RecordID) (bytes int64, mime string, ok bool) {
	key := key(m, id)
	r, ok := c.known(m, id)
	if !ok || !r.HasPhoto() || c.absent(m, id) != nil {
		return 0, "", false
	}
	if e, fresh := c.photos.fresh(key); fresh && e.photo.Err() == nil {
		return 0, "", false
	}
	v, ok := c.sizes.get(key, r)
	return v.bytes, v.mime, ok
}

// absent returns why there is no photo, as far as that is known without a call.
func (c *Cache) absent(m bigin.Module, id bigin.RecordID) error {
	if gone, ok := c.missing.fresh(key(m, id)); ok {
		return gone.err
	}
	if r, ok := c.known(m, id); ok && !r.HasPhoto() {
		return fmt.Errorf("photo %s: %w", key(m, id), bigin.ErrNoPhoto)
	}
	return nil
}

// Record returns a record. One that no listing or call has shown is asked for
// its photo first: that is what its reader nearly always wants, and proves the
// record too. Only when there is no photo, a second call tells the rest.
func (c *Cache) Record(ctx context.Context, m bigin.Module, id bigin.RecordID) (bigin.Record, error) {
	if r, ok := c.known(m, id); ok {
		return c.corrected(m, r), nil
	}
	key := key(m, id)
	if gone, ok := c.missing.fresh(key); ok && !errors.Is(gone.err, bigin.ErrNoPhoto) {
		return bigin.Record{}, gone.err
	}
	hint, listed := c.Known(m, id)
	if !listed || hint.HasPhoto() {
		p, err := c.Photo(ctx, m, id)
		if err == nil {
			hint.ID, hint.Image, hint.Fetched = id, max(hint.Image, 1), p.Fetched()
			return hint, nil
		}
		if !errors.Is(err, bigin.ErrNoPhoto) {
			return bigin.Record{}, err
		}
	}
	return c.recordLoads.do(ctx, key, func(ctx context.Context) (bigin.Record, error) {
		if r, ok := c.known(m, id); ok {
			return r, nil // came in between the look and the load
		}
		r, err := c.o.Source.Record(ctx, m, id)
		switch {
		case err == nil:
			c.records.put(key, r, 0, c.o.AttrTTL, 0)
		case definite(err):
			c.missing.put(key, missing{err, time.Now()}, 0, c.o.NegativeTTL, 0)
		}
		return r, err
	})
}

// known returns the record if that needs no call.
func (c *Cache) known(m bigin.Module, id bigin.RecordID) (bigin.Record, bool) {
	if l, ok := c.listings.fresh(string(m)); ok {
		if r, ok := l.find(id); ok {
			return r, true
		}
	}
	return c.records.fresh(key(m, id))
}

// corrected returns the record without its photo when that was found missing
// since.
func (c *Cache) corrected(m bigin.Module, r bigin.Record) bigin.Record {
	gone, ok := c.missing.fresh(key(m, r.ID))
	if ok && errors.Is(gone.err, bigin.ErrNoPhoto) && gone.at.After(r.Fetched) {
		r.Image = 0
	}
	return r
}

// Known returns what was last known of a record, which may be out of date.
func (c *Cache) Known(m bigin.Module, id bigin.RecordID) (bigin.Record, bool) {
	if l, _, ok := c.listings.get(string(m)); ok {
		if r, ok := l.find(id); ok {
			return r, true
		}
		if w := l.whole(); w != nil && w != l {
			if r, ok := w.find(id); ok {
				return r, true
			}
		}
	}
	r, _, ok := c.records.get(key(m, id))
	return r, ok
}

// spareListing is how long a listing past its time still tells in which order
// records stand.
const spareListing = time.Hour

// Listing returns the records of a module. It is fresh for the TTL after its
// last page: one of many pages takes longer than that to load.
func (c *Cache) Listing(m bigin.Module) bigin.Listing {
	c.opening.Lock()
	defer c.opening.Unlock()
	if l, ok := c.listings.fresh(string(m)); ok {
		return l
	}
	var l *listing
	l = newListing(pages{
		fromStart: func(token string) (bigin.Page, error) { return c.page(c.o.Source.Records, m, token) },
		fromEnd:   func(token string) (bigin.Page, error) { return c.page(c.o.Source.RecordsFromEnd, m, token) },
	}, func() {
		c.opening.Lock()
		defer c.opening.Unlock()
		if current, _, ok := c.listings.get(string(m)); ok && current == l {
			c.listings.put(string(m), l, 0, c.o.AttrTTL, spareListing)
		}
	})
	if old, _, ok := c.listings.get(string(m)); ok {
		l.before = old.whole()
	}
	c.listings.put(string(m), l, 0, c.o.AttrTTL, spareListing)
	return l
}

// page asks for one page of a listing.
func (c *Cache) page(ask func(context.Context, bigin.Module, string) (bigin.Page, error), m bigin.Module, token string) (bigin.Page, error) {
	ctx, cancel := context.WithTimeout(c.ctx, c.o.Timeout)
	defer cancel()
	return ask(ctx, m, token)
}

// definite tells whether Bigin said for certain that a thing is not to be had,
// so that asking again soon is a waste.
func definite(err error) bool {
	for _, target := range []error{
		bigin.ErrNoPhoto, bigin.ErrNoRecord, bigin.ErrTooLarge, bigin.InvalidData, bigin.InvalidModule,
		bigin.InvalidURLPattern, bigin.NoPermission, bigin.AuthorizationFailed, bigin.OAuthScopeMismatch,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// unreachable tells whether err means that Bigin could not be asked or had no
// answer, so that a photo past its time is better than none. What it did
// answer, a grant that was revoked, and a caller that left are no such reasons.
func unreachable(ctx context.Context, err error) bool {
	if ctx.Err() != nil && !errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var answer *bigin.Error
	if errors.As(err, &answer) {
		return answer.Status >= 500 || errors.Is(err, bigin.TooManyRequests)
	}
	for _, other := range []error{
		bigin.ErrNotImage, bigin.ErrProtocol, bigin.ErrRefused, bigin.ErrNoCredentials,
		bigin.ErrInsecureURL, bigin.ErrPanic, bigin.ErrClosed, context.Canceled,
	} {
		if errors.Is(err, other) {
			return false
		}
	}
	return !definite(err)
}

func key(m bigin.Module, id bigin.RecordID) string { return string(m) + "/" + id.String() }
