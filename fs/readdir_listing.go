package fs

import (
	"context"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// dirListing is the listing that a directory shows. The kernel keeps what it
// was shown until it is told that the listing has expired.
type dirListing struct {
	mu      sync.Mutex
	listing bigin.Listing // of the latest reader that began at the start
	expiry  *time.Timer
}

// next returns the record after the one with that id, and its number. Who
// begins at the start, after 0, gets the listing of now; who reads on gets the
// one before, even past its time, rather than have it loaded again up to there.
func (l *dirListing) next(ctx context.Context, dir *fusefs.Inode, t *tree, m bigin.Module, after bigin.RecordID) (bigin.Record, int, error) {
	l.mu.Lock()
	if after == 0 || l.listing == nil {
		l.listing = t.Backend.Listing(m)
	}
	listing := l.listing
	l.mu.Unlock()
	r, number, err := listing.After(ctx, after)
	if err == nil {
		l.expire(dir, left(t.AttrTTL, r.Fetched))
	} else if after == 0 {
		l.expire(dir, t.AttrTTL)
	}
	return r, number, err
}

// expire makes the kernel forget the directory's entries when that time has
// passed, which replaces an earlier time.
func (l *dirListing) expire(dir *fusefs.Inode, in time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.expiry == nil {
		l.expiry = time.AfterFunc(in, func() { dir.NotifyContent(0, 0) })
		return
	}
	l.expiry.Reset(in)
}
