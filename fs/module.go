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
	return &listHandle{*h, d.attributes}, 0, 0
}

// attributes returns the record that is listed with that name.
func (d *module) attributes(ctx context.Context, name string, out *fuse.EntryOut) *fusefs.Inode {
	asked := time.Now()
	id, err := bigin.ParseRecordID(name)
	if err != nil {
		return nil
	}
	rec, life, ok := d.listed(d.name, id)
	if !ok {
		return nil
	}
	return &d.shows(ctx, rec, life, asked, out).Inode
}

// listed returns what is known of a record, and how long it will be right; ok is
// false when it is not known or out of date.
func (t *tree) listed(m bigin.Module, id bigin.RecordID) (rec bigin.Record, life time.Duration, ok bool) {
	rec, asOf, known := t.Backend.Known(m, id)
	life = left(t.AttrTTL, asOf)
	return rec, life, known && life > 0
}
