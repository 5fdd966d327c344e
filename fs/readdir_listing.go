package fs

import (
	"context"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// dirListing is the listing that a directory shows. The kernel keeps the entries
// until it is told that the listing has expired.
type dirListing struct {
	mu      sync.Mutex
	listing Listing // of the latest reader that began at the start
	expiry  *time.Timer
	expires time.Time // when the timer goes off, or went
}

// keepLate is how long the kernel keeps the entries of a listing that took longer
// to load than its lifetime.
const keepLate = time.Second

// next returns the record after an id, and the listing that it is from. A reader at
// the start, after 0, gets the current listing. One that reads on keeps the listing
// it began with, even past its time, rather than have it loaded again up to there.
func (l *dirListing) next(ctx context.Context, dir *fusefs.Inode, t *tree, m bigin.Module, after bigin.RecordID) (bigin.Record, Listing, bool, error) {
	l.mu.Lock()
	if after == 0 || l.listing == nil {
		l.listing = t.Backend.Listing(m)
	}
	listing := l.listing
	l.mu.Unlock()
	r, ok, err := listing.After(ctx, after)
	if err == nil || after == 0 {
		l.expire(dir, t.AttrTTL, listing.AsOf())
	}
	return r, listing, ok, err
}

// expire makes the kernel forget the directory's entries when the lifetime of their
// listing is over. It replaces an earlier time.
func (l *dirListing) expire(dir *fusefs.Inode, life time.Duration, asOf time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	expires := asOf.Add(life)
	if asOf.IsZero() {
		expires = now.Add(life)
	} else if !expires.After(now) {
		if expires = l.expires; !expires.After(now) {
			expires = now.Add(min(life, keepLate))
		}
	}
	if expires.Equal(l.expires) {
		return
	}
	l.expires = expires
	if l.expiry == nil {
		l.expiry = time.AfterFunc(expires.Sub(now), func() { dir.NotifyContent(0, 0) })
		return
	}
	l.expiry.Reset(expires.Sub(now))
}
