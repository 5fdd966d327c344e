package fs

import (
	"context"
	"errors"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// current identifies the photo as it was last seen.
func (r *record) current() fusefs.StableAttr {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.photoAttr(max(r.version, 1))
}

func (r *record) photoAttr(version uint32) fusefs.StableAttr {
	return photoAttr(r.module, r.id, version, r.number)
}

// versionOf returns which version of the photo this is: the latest if it has the
// same bytes, or the same size where only that is known; otherwise a new one.
func (r *record) versionOf(ctx context.Context, p *bigin.Photo) (uint32, error) {
	for {
		r.mu.Lock()
		seen, same := r.seen, r.version == 0 || r.bytes == p.Size()
		r.mu.Unlock()
		if seen != nil {
			var err error
			if same, err = r.matches(ctx, p, seen); err != nil {
				return 0, err
			}
		}
		r.mu.Lock()
		if r.seen != seen { // another lookup was faster
			r.mu.Unlock()
			continue
		}
		defer r.mu.Unlock()
		if !same || r.version == 0 {
			r.version++
		}
		r.seen, r.bytes = p.Version(), p.Size()
		return r.version, nil
	}
}

// matches reports whether a photo has the bytes that were seen before. If the line
// is so slow that the photo does not arrive in time it counts as another one: at
// worst an unchanged photo gets a new inode, and its bytes are right all the same.
func (r *record) matches(ctx context.Context, p *bigin.Photo, seen *bigin.Version) (bool, error) {
	short, cancel := context.WithTimeout(ctx, r.Timeout/2)
	defer cancel()
	same, err := p.Matches(short, seen)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return false, nil
	}
	return same, err
}

// saw notes the bytes that a reader of a version got.
func (r *record) saw(version uint32, v *bigin.Version) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.version == version {
		r.seen = v
	}
}

// remembered returns which version of the photo has that size, and the bytes that
// were seen of it, if any.
func (r *record) remembered(bytes int64) (uint32, *bigin.Version) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.version == 0 || r.bytes != bytes {
		r.version++
		r.seen, r.bytes = nil, bytes
	}
	return r.version, r.seen
}
