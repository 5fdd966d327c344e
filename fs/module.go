package fs

import (
	"context"
	"sync"
	"syscall"

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

// OpendirHandle opens the listing, which loads while it is read.
func (d *module) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	next := func(call *call, after uint64) (entry, bool, error) {
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
	h := newDirHandle(&d.Inode, d.tree, next, func(err error) syscall.Errno {
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
