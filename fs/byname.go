package fs

import (
	"context"
	"sync"
	"syscall"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// byNameDir is the directory where photos have the names of their records.
const byNameDir = "by-name"

// byName is the part of it for one module: for each record that has a photo,
// <name>.jpg is a link to the photo or the photo itself. Listing it costs the calls
// of the module's listing and no others.
type byName struct {
	fusefs.Inode
	*tree
	module  bigin.Module
	names   linkNames
	listing dirListing
	pass    pass
}

var (
	_ = (fusefs.NodeGetattrer)((*byName)(nil))
	_ = (fusefs.NodeLookuper)((*byName)(nil))
	_ = (fusefs.NodeOpendirHandler)((*byName)(nil))
)

// attr identifies the entry of a record.
func (d *byName) attr(id bigin.RecordID) fusefs.StableAttr {
	if d.ByName != NameFiles {
		return linkAttr(d.module, id)
	}
	if child := d.modules[d.module].GetChild(id.String()); child != nil {
		return child.Operations().(*record).current()
	}
	return photoAttr(d.module, id, 1, 0)
}

// OpendirHandle opens the listing, which loads while it is read.
func (d *byName) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	next := func(call *call, after uint64) (entry, bool, error) {
		rec, listing, ok, err := d.listing.next(call, &d.Inode, d.tree, d.module, bigin.RecordID(after))
		switch {
		case err != nil:
			return entry{}, false, err
		case !ok:
			if d.pass.end(listing, after) {
				d.names.whole(listing.AsOf())
			}
			return entry{}, false, nil
		}
		d.pass.at(listing, after, rec.ID)
		attr := d.attr(rec.ID)
		e := fuse.DirEntry{Name: d.names.of(rec, listing.AsOf()), Mode: attr.Mode, Ino: attr.Ino}
		return entry{DirEntry: e, position: uint64(rec.ID), hidden: !rec.HasPhoto()}, true, nil
	}
	h := newDirHandle(&d.Inode, d.tree, next, func(err error) syscall.Errno {
		return d.failList("/"+byNameDir+"/"+string(d.module), err)
	})
	if d.ByName == NameFiles {
		return &listHandle{*h, namesAlone}, 0, 0
	}
	return &listHandle{*h, d.attributes}, 0, 0
}

// attributes returns the link that is listed with that name.
func (d *byName) attributes(ctx context.Context, name string, out *fuse.EntryOut) *fusefs.Inode {
	id, ok := d.names.find(name)
	if !ok {
		return nil
	}
	rec, life, ok := d.listed(d.module, id)
	if !ok || !rec.HasPhoto() {
		return nil
	}
	return d.link(ctx, name, rec, life, out)
}

// pass follows one reader of a listing from its start: the last to begin.
type pass struct {
	mu      sync.Mutex
	listing Listing // nil once something was left out
	last    uint64  // position of the last record seen
}

// at notes that a record was read after a position.
func (p *pass) at(l Listing, after uint64, id bigin.RecordID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case after == 0:
		p.listing, p.last = l, uint64(id)
	case l != p.listing || after > p.last:
		p.listing = nil
	default:
		p.last = max(p.last, uint64(id))
	}
}

// end reports, when a listing ends after a position, whether all of it was seen.
func (p *pass) end(l Listing, after uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.listing == l && after > 0 && p.last == after
}
