package fs

import (
	"context"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// photoName is the one name in the directory of a record. What it holds may be
// JPEG, PNG, GIF or BMP; programs look at the bytes.
const photoName = "photo.jpg"

// record is the directory of a record: its photo, or nothing.
type record struct {
	fusefs.Inode
	*tree
	module bigin.Module
	id     bigin.RecordID
	asked  time.Time // when it was looked up first

	mu      sync.Mutex
	seen    *bigin.Version // of the photo last looked up
	version uint32         // counts the different ones

	kept atomic.Int32 // which listing the kernel keeps: see OpendirHandle
}

var (
	_ = (fusefs.NodeGetattrer)((*record)(nil))
	_ = (fusefs.NodeLookuper)((*record)(nil))
	_ = (fusefs.NodeOpendirHandler)((*record)(nil))
	_ = (fusefs.NodeGetxattrer)((*record)(nil))
	_ = (fusefs.NodeListxattrer)((*record)(nil))
)

func (r *record) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	rec, _ := r.Account.Known(r.module, r.id)
	r.fillDir(&out.Attr, rec.Modified)
	out.SetTimeout(r.AttrTTL)
	return 0
}

// Lookup finds the photo and starts its download, since only that tells the
// size.
func (r *record) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	if name != photoName {
		return nil, syscall.ENOENT
	}
	call, end := r.begin(ctx)
	defer end()
	p, err := r.Account.Photo(call, r.module, r.id)
	if err != nil {
		return nil, r.fail("lookup", photoPath(r.module, r.id), err)
	}
	version, err := r.versionOf(call, p)
	if err != nil {
		return nil, r.fail("lookup", photoPath(r.module, r.id), err)
	}
	node := &photo{tree: r.tree, module: r.module, id: r.id, size: p.Size(), mime: p.MIME(), fetched: p.Fetched(), source: source(p.Fetched(), call.begun)}
	attr := photoAttr(r.module, r.id, version)
	child := r.GetChild(photoName)
	if child != nil && child.StableAttr() == attr {
		node = child.Operations().(*photo)
	} else {
		child = r.NewInode(ctx, node, attr)
	}
	node.version.Store(p.Version())
	out.SetAttrTimeout(node.fill(&out.Attr))
	out.SetEntryTimeout(left(r.ContentTTL, p.Fetched()))
	return child, 0
}

// versionOf tells which version of the photo this is: the one seen before if
// it has the same bytes, else a new one.
func (r *record) versionOf(ctx context.Context, p *bigin.Photo) (uint32, error) {
	for {
		r.mu.Lock()
		seen, version := r.seen, r.version
		r.mu.Unlock()
		same := true
		if seen != nil {
			var err error
			if same, err = p.Matches(ctx, seen); err != nil {
				return 0, err
			}
		}
		r.mu.Lock()
		if r.seen != seen { // another lookup was faster
			r.mu.Unlock()
			continue
		}
		if r.seen = p.Version(); !same {
			version++
			r.version = version
		}
		r.mu.Unlock()
		return version, nil
	}
}

// The listings of a record's directory that the kernel may keep.
const (
	keptNone int32 = iota
	keptEmpty
	keptPhoto
)

// OpendirHandle lists the photo if there is one, without asking for it. The
// kernel keeps the first listing it gets for the life of the inode; when it
// has changed since, it is told to pass it by.
func (r *record) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	call, end := r.begin(ctx)
	defer end()
	rec, err := r.Account.Record(call, r.module, r.id)
	if err != nil {
		return nil, 0, r.fail("list", recordPath(r.module, r.id), err)
	}
	var list []fuse.DirEntry
	now := keptEmpty
	if rec.HasPhoto() {
		r.mu.Lock()
		attr := photoAttr(r.module, r.id, r.version)
		r.mu.Unlock()
		list = []fuse.DirEntry{{Name: photoName, Mode: attr.Mode, Ino: attr.Ino}}
		now = keptPhoto
	}
	h := &recordHandle{dirHandle: *newDirHandle(&r.Inode, fixedEntries(list), nil)}
	if r.kept.CompareAndSwap(keptNone, now) || r.kept.Load() == now {
		return h, fuse.FOPEN_CACHE_DIR | fuse.FOPEN_KEEP_CACHE, 0
	}
	return h, 0, 0
}

// recordHandle is a dirHandle that tells nothing but names when the kernel
// asks for attributes along with them, as it does on the first read of each
// directory: they would cost a download.
type recordHandle struct{ dirHandle }

var _ = (fusefs.FileLookuper)((*recordHandle)(nil))

func (*recordHandle) Lookup(context.Context, string, *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	return nil, syscall.ENOENT
}
