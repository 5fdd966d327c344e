package cache

import (
	"context"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// A Listing is the records of a module as they were at one time, ascending by
// id. It is safe for concurrent use.
type Listing struct {
	cache  *Cache
	module bigin.Module

	mu    sync.Mutex
	whole *snapshot // one of the two, once a reader asked
	scan  *scan
}

// Listing returns the records of a module as they are now. It loads them as it is
// read, and asks for nothing before that.
func (c *Cache) Listing(m bigin.Module) *Listing { return &Listing{cache: c, module: m} }

// After returns the first record with a greater id. ok is false only when there is
// certainly none: if that cannot be told, it is an error. It waits for the network
// until ctx is done.
func (l *Listing) After(ctx context.Context, id bigin.RecordID) (r bigin.Record, ok bool, err error) {
	whole, scan, err := l.settle(ctx)
	switch {
	case err != nil:
		return bigin.Record{}, false, err
	case scan != nil:
		return scan.after(ctx, id)
	}
	r, ok = whole.after(id)
	return r, ok, nil
}

// AsOf returns as of when the listing is right, by the clock of this machine;
// zero when nobody has read it yet.
func (l *Listing) AsOf() time.Time {
	l.mu.Lock()
	whole, scan := l.whole, l.scan
	l.mu.Unlock()
	switch {
	case whole != nil:
		return whole.date
	case scan != nil:
		began, _ := scan.dates()
		return began
	}
	return time.Time{}
}

// settle decides, at the first read, what the listing consists of.
func (l *Listing) settle(ctx context.Context) (*snapshot, *scan, error) {
	l.mu.Lock()
	whole, scan := l.whole, l.scan
	l.mu.Unlock()
	if whole != nil || scan != nil {
		return whole, scan, nil
	}
	whole, scan, err := l.cache.open(ctx, l.module)
	if err != nil {
		return nil, nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.whole == nil && l.scan == nil { // else another reader was faster
		l.whole, l.scan = whole, scan
	}
	return l.whole, l.scan, nil
}
