package fs

import (
	"context"
	"errors"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// photo is one version of a photo: its bytes never change.
type photo struct {
	fusefs.Inode
	*tree
	dir     *record
	version uint32 // number of the version
	size    int64
	mime    string
	arrival atomic.Pointer[arrival]
	failure atomic.Pointer[readFailure] // the latest
}

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

// arrival is the latest download of a photo.
type arrival struct {
	version *bigin.Version // nil if only the size is known
	fresh   bool           // whether the bytes may be shown as they are
	fetched time.Time
	source  string
}

var (
	_ = (fusefs.NodeGetattrer)((*photo)(nil))
	_ = (fusefs.NodeOpener)((*photo)(nil))
	_ = (fusefs.NodeReader)((*photo)(nil))
	_ = (fusefs.NodeFlusher)((*photo)(nil))
	_ = (fusefs.NodeGetxattrer)((*photo)(nil))
	_ = (fusefs.NodeListxattrer)((*photo)(nil))
	_ = (fusefs.NodeStatfser)((*photo)(nil))
)

// Getattr costs no call: the size belongs to the inode.
func (p *photo) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	out.SetTimeout(p.fill(&out.Attr))
	return 0
}

// fill sets the attributes and returns their lifetime.
func (p *photo) fill(a *fuse.Attr) time.Duration {
	rec, asOf, known := p.Backend.Known(p.dir.module, p.dir.id)
	life := p.AttrTTL
	if rest := left(p.AttrTTL, asOf); known && rest > 0 {
		life = rest
	}
	p.tree.fill(a, 0o444, p.dir.photoTime(p.version, rec.Modified, p.arrival.Load().fetched))
	a.Size = uint64(p.size)
	if p.ByName == NameFiles {
		a.Nlink = 2
	}
	return life
}

// Open has nothing to decide. ENOSYS tells the kernel so: it stops asking, for all
// files, and keeps their pages.
//
// https://docs.kernel.org/filesystems/fuse (FUSE_NO_OPEN_SUPPORT)
func (p *photo) Open(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, syscall.ENOSYS
}

// Flush is like Open.
func (p *photo) Flush(ctx context.Context, f fusefs.FileHandle) syscall.Errno { return syscall.ENOSYS }

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

// arrived notes a download that was asked for at that time.
func (p *photo) arrived(content *bigin.Photo, asked time.Time) {
	p.arrival.Store(&arrival{
		version: content.Version(), fresh: true,
		fetched: content.Fetched(), source: source(content.Fetched(), asked),
	})
	p.dir.saw(p.version, content.Version())
}

// forgetting is how long a reader waits for the kernel to forget a name.
const forgetting = 100 * time.Millisecond

// forgetName makes the kernel look up the photo again and so find the version of
// now: whoever was told that it changed opens it again the next moment. The
// kernel may hold the lock of the directory while it waits for another answer of
// ours, so this one does not wait for it forever.
func (p *photo) forgetName() {
	forgotten := make(chan struct{})
	go func() {
		p.dir.forgetPhoto()
		close(forgotten)
	}()
	select {
	case <-forgotten:
	case <-time.After(forgetting):
	}
}
