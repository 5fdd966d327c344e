package cache

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// Source is where a Cache gets what it does not have. A *bigin.Client is one.
type Source interface {
	Photo(ctx context.Context, m bigin.Module, id bigin.RecordID) (*bigin.Photo, error)
	Record(ctx context.Context, m bigin.Module, id bigin.RecordID) (bigin.Record, error)
	Records(ctx context.Context, m bigin.Module, token string) (bigin.Page, error)
	RecordsFromEnd(ctx context.Context, m bigin.Module, token string) (bigin.Page, error)
	Changes(ctx context.Context, m bigin.Module, token string) (bigin.Page, error)
	Deleted(ctx context.Context, m bigin.Module, page int, since time.Time) (bigin.Deletions, error)
}

// Options say how long and how much a Cache keeps. Source is required; with the
// zero values of the rest it keeps nothing longer than it is in use.
type Options struct {
	Source       Source
	AttrTTL      time.Duration // records and listings
	NegativeTTL  time.Duration // what is not there or not allowed
	ContentTTL   time.Duration // photos
	StaleIfError time.Duration // all of these past their time, when Bigin cannot be reached
	FullListing  time.Duration // how long a listing is only renewed by what changed; 0 means 24 h
	Size         int64         // bytes of photos
	Ahead        int           // photos fetched ahead at once; 0 turns it off
	Timeout      time.Duration // of each load; 0 means 30 s
	UnchangedTTL time.Duration // photos whose record does not change; at least ContentTTL
	Tiers        []Tier        // asked in this order for what is not in memory
	Fleet        Fleet         // the other desks with this login; nil for none
	State        string        // where indexes are kept from mount to mount: a directory and the start of a file name; "" keeps none
	Account      string        // whose they are; those of another account are not used
	Log          *slog.Logger  // nil discards
}

// A Cache remembers an account. It is safe for concurrent use.
type Cache struct {
	o       Options
	indexes map[bigin.Module]*index // never changes
	photos  *store[*content]
	records *store[single] // those that were asked for one by one
	missing *store[missing]

	photoLoads  *downloads
	recordLoads *flights[single]
	renewals    *flights[*snapshot]

	walks  walks
	counts counts
	watch  watchers
	lives  *lives
	ctx    context.Context // of all loads
}

// missing says that something definitely does not exist, or is not allowed.
type missing struct {
	err error
	at  time.Time
}

// reuse is how long an expired photo may still serve the file that was opened
// with it.
const reuse = time.Minute

// New returns an empty cache. Close it.
func New(o Options) *Cache {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	o.FullListing = cmp.Or(o.FullListing, 24*time.Hour)
	c := &Cache{o: o, indexes: make(map[bigin.Module]*index), lives: newLives()}
	c.ctx, c.watch.lives = c.lives.ctx, c.lives
	for _, m := range bigin.Modules() {
		c.indexes[m] = &index{module: m}
	}
	c.photos = newStore(c.lives, max(o.Size, 1), c.dropped) // of a size of 0, the last photo
	c.records = newStore[single](c.lives, 0, nil)
	c.missing = newStore[missing](c.lives, 0, nil)
	c.photoLoads = newDownloads(c.lives, o.Timeout)
	c.recordLoads = newFlights[single](c.lives, o.Timeout)
	c.renewals = newFlights[*snapshot](c.lives, o.Timeout)
	return c
}

// Close ends what is under way, and then keeps the indexes: nothing of the cache
// runs or writes after that. The tiers are left open.
func (c *Cache) Close() {
	c.lives.end()
	for _, x := range c.indexes {
		x.save(c)
	}
}

func key(m bigin.Module, id bigin.RecordID) string { return string(m) + "/" + id.String() }
