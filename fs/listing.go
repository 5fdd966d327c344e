package fs

import (
	"context"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// shown is the listing that a directory shows. The kernel keeps what it was
// shown until it is told that the listing has expired.
type shown struct {
	mu      sync.Mutex
	listing bigin.Listing // of the latest reader that began at the start
	expiry  *time.Timer
}

// next returns the record after the one with that id, and its number. Who
// begins at the start, after 0, gets the listing of now; who reads on gets the
// one before, even past its time, rather than have it loaded again up to there.
func (s *shown) next(ctx context.Context, dir *fusefs.Inode, t *tree, m bigin.Module, after bigin.RecordID) (bigin.Record, int, error) {
	s.mu.Lock()
	if after == 0 || s.listing == nil {
		s.listing = t.Account.Listing(m)
	}
	listing := s.listing
	s.mu.Unlock()
	r, number, err := listing.After(ctx, after)
	if err == nil {
		s.expire(dir, left(t.AttrTTL, r.Fetched))
	} else if after == 0 {
		s.expire(dir, t.AttrTTL)
	}
	return r, number, err
}

// expire makes the kernel forget the directory's entries when that time has
// passed, which replaces an earlier time.
func (s *shown) expire(dir *fusefs.Inode, in time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.expiry == nil {
		s.expiry = time.AfterFunc(in, func() { dir.NotifyContent(0, 0) })
		return
	}
	s.expiry.Reset(in)
}
