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
	module  bigin.Module
	id      bigin.RecordID
	size    int64
	mime    string
	fetched time.Time
	source  string
	version atomic.Pointer[bigin.Version] // of the download that brought it last
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

// fill sets the attributes and returns their life.
func (p *photo) fill(a *fuse.Attr) time.Duration {
	rec, known := p.Account.Known(p.module, p.id)
	life := p.AttrTTL
	if rest := left(p.AttrTTL, rec.Fetched); known && rest > 0 {
		life = rest
	}
	if rec.Modified.IsZero() {
		rec.Modified = p.fetched
	}
	p.tree.fill(a, 0o444, rec.Modified)
	a.Size = uint64(p.size)
	return life
}

// Open has nothing to decide. ENOSYS tells the kernel so: it stops asking, for
// all files, and keeps their pages.
//
// https://docs.kernel.org/filesystems/fuse (FUSE_NO_OPEN_SUPPORT)
func (p *photo) Open(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, syscall.ENOSYS
}

// Flush likewise.
func (p *photo) Flush(ctx context.Context, f fusefs.FileHandle) syscall.Errno { return syscall.ENOSYS }

// Read waits for the bytes of this version. When Bigin has others by now, it
// answers ESTALE rather than mix the two.
func (p *photo) Read(ctx context.Context, f fusefs.FileHandle, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	call, end := p.begin(ctx)
	defer end()
	for {
		b, err := p.read(call, off, len(dest))
		if errors.Is(err, bigin.ErrAbandoned) && call.Err() == nil {
			continue // by another reader, just when this one came
		}
		if err != nil {
			return nil, p.fail("read", photoPath(p.module, p.id), err)
		}
		return fuse.ReadResultData(b), 0
	}
}

func (p *photo) read(ctx context.Context, off int64, n int) ([]byte, error) {
	version := p.version.Load()
	content, err := p.Account.PhotoOf(ctx, p.module, p.id, version)
	if err != nil {
		return nil, err
	}
	same, err := content.Matches(ctx, version)
	if err != nil {
		return nil, err
	}
	if !same {
		p.forgetName()
		return nil, bigin.ErrChanged
	}
	p.version.CompareAndSwap(version, content.Version())
	return content.Bytes(ctx, off, n)
}

// forgetName makes the kernel look the name up again, which finds the version
// of now. It runs on its own: the kernel may hold the lock of the directory
// while it waits for us.
func (p *photo) forgetName() {
	if name, dir := p.Parent(); dir != nil {
		go dir.NotifyEntry(name)
	}
}
