package fs

import (
	"context"
	"sync"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// module is the directory of a module: one directory per record, named by its id.
type module struct {
	fusefs.Inode
	*tree
	name    bigin.Module
	listing dirListing
	walk    walk

	walkers walkers

	making    sync.Mutex // a record's node
	forgotten forgotten
}

var (
	_ = (fusefs.NodeGetattrer)((*module)(nil))
	_ = (fusefs.NodeLookuper)((*module)(nil))
	_ = (fusefs.NodeOpendirHandler)((*module)(nil))
)

func (d *module) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	d.fillDir(&out.Attr, d.mounted)
	out.SetTimeout(forever)
	return 0
}

// Lookup finds a record by its id. A name that is no id costs no call: file
// managers ask for .Trash, autorun.inf and the like all the time.
func (d *module) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	node, errno := d.lookup(ctx, name, out)
	if errno != 0 {
		return nil, errno
	}
	if d.walk.wantsAttributes(node.id) {
		go d.NotifyContent(0, 0) // which may wait for this lookup
	}
	return &node.Inode, 0
}

func (d *module) lookup(ctx context.Context, name string, out *fuse.EntryOut) (*record, syscall.Errno) {
	id, err := bigin.ParseRecordID(name)
	if err != nil {
		return nil, syscall.ENOENT
	}
	call, end := d.begin(ctx)
	defer end()
	rec, asOf, err := d.Backend.Record(call, d.name, id)
	if err != nil {
		return nil, d.fail("lookup", recordPath(d.name, id), err)
	}
	node := d.record(ctx, id, call.begun)
	node.heard(rec)
	d.fillDir(&out.Attr, node.dirTime(rec.Modified, d.mounted))
	life := left(d.AttrTTL, asOf)
	out.SetEntryTimeout(life)
	out.SetAttrTimeout(life)
	return node, 0
}

// record returns the node of a record for an operation that began then. The kernel
// need not know the node: a photo may be looked up by name before its record is by
// id, and both have to find the same node.
func (d *module) record(ctx context.Context, id bigin.RecordID, asked time.Time) *record {
	d.making.Lock()
	defer d.making.Unlock()
	if child := d.GetChild(id.String()); child != nil {
		return child.Operations().(*record)
	}
	node := &record{tree: d.tree, module: d.name, id: id, asked: asked, shown: d.forgotten.take(id)}
	if node.shown == nil {
		node.shown = &shown{number: d.records.Add(1)}
	}
	d.AddChild(id.String(), d.NewInode(ctx, node, recordAttr(d.name, id)), true)
	return node
}

// OpendirHandle opens the listing, which loads while it is read.
func (d *module) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	next := func(ctx context.Context, after uint64) (entry, bool, error) {
		call, end := d.begin(ctx)
		defer end()
		if after == 0 {
			d.walk.listed()
		}
		rec, _, ok, err := d.listing.next(call, &d.Inode, d.tree, d.name, bigin.RecordID(after))
		if err == nil && !ok {
			d.walkers.add(call.caller())
		}
		e := fuse.DirEntry{Name: rec.ID.String(), Mode: syscall.S_IFDIR, Ino: recordAttr(d.name, rec.ID).Ino}
		return entry{DirEntry: e, position: uint64(rec.ID)}, ok, err
	}
	h := newDirHandle(&d.Inode, next, func(err error) syscall.Errno {
		return d.failList("/"+string(d.name), err)
	})
	return &moduleHandle{*h, d}, 0, 0
}

// moduleHandle is a dirHandle that has the attributes of records.
type moduleHandle struct {
	dirHandle
	dir *module
}

var _ = (fusefs.FileLookuper)((*moduleHandle)(nil))

// Lookup is asked for the entries that the handle lists, when the kernel wants
// their attributes along with them.
func (h *moduleHandle) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	node, errno := h.dir.lookup(ctx, name, out)
	if errno != 0 {
		return nil, errno
	}
	return &node.Inode, 0
}
