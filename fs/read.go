package fs

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// readFailure is how a read failed.
type readFailure struct {
	errno  syscall.Errno
	at     time.Time
	caller uint32
}

// sameRead is how soon after a failure another read of the same thread is still
// the same read to the program: after read-ahead failed, the kernel tries the page
// again by itself.
const sameRead = 100 * time.Millisecond

// Read waits for the bytes of this version. If Bigin has another one by now it
// answers ESTALE rather than mix the two.
func (p *photo) Read(ctx context.Context, f fusefs.FileHandle, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	call, end := p.begin(ctx)
	defer end()
	if last := p.failure.Load(); last != nil && last.caller == call.caller() && time.Since(last.at) < sameRead {
		return nil, last.errno
	}
	content, release, err := p.content(call)
	if err == nil {
		defer release()
		var b []byte
		if b, err = content.Bytes(call, off, len(dest)); err == nil {
			return fuse.ReadResultData(b), 0
		}
		if content.Err() != nil {
			p.forgetName() // with the size that a download announced and never kept
		}
	}
	errno := p.fail("read", photoPath(p.dir.module, p.dir.id), err)
	if errno != syscall.EINTR { // that one concerns a single caller
		p.failure.Store(&readFailure{errno, time.Now(), call.caller()})
	}
	return nil, errno
}

// content returns the photo if it is still this version; the caller releases it.
func (p *photo) content(ctx context.Context) (content *bigin.Photo, release func(), err error) {
	asked, seen := time.Now(), p.arrival.Load()
	var known *bigin.Version
	if seen.fresh {
		known = seen.version
	}
	content, release, err = p.Backend.Photo(ctx, p.dir.module, p.dir.id, known)
	if errors.Is(err, bigin.ErrNoPhoto) || errors.Is(err, bigin.ErrNoRecord) {
		p.forgetName()
	}
	if err != nil {
		return nil, nil, err
	}
	if err := p.isSame(ctx, content, seen); err != nil {
		release()
		return nil, nil, err
	}
	if content.Version() != seen.version {
		p.arrived(content, asked)
	}
	return content, release, nil
}

// isSame returns bigin.ErrChanged unless the photo is this version.
func (p *photo) isSame(ctx context.Context, content *bigin.Photo, seen *arrival) (err error) {
	same := content.Size() == p.size
	if same && seen.version != nil {
		if same, err = content.Matches(ctx, seen.version); err != nil {
			return err
		}
	}
	if !same {
		p.forgetName()
		return bigin.ErrChanged
	}
	return nil
}
