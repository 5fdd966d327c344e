package fs

import (
	"context"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// byNameDir is the directory where photos have the names of their records.
const byNameDir = "by-name"

// byName is the part of it for one module: <name>.jpg for each record that has a
// photo, a link to the photo or the photo itself. Listing it costs the calls of
// the module's listing and no others.
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

func (d *byName) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	d.fillDir(&out.Attr, d.mounted)
	out.SetTimeout(forever)
	return 0
}

// Lookup finds the record of that name. Names that no record can have, which
// programs look for in every directory, cost no call.
func (d *byName) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	stem, ok := strings.CutSuffix(name, linkSuffix)
	if !ok || strings.HasPrefix(stem, ".") || reserved(stem) {
		return nil, syscall.ENOENT
	}
	call, end := d.begin(ctx)
	defer end()
	rec, asOf, err := d.find(call, name)
	if err != nil {
		return nil, d.fail("lookup", "/"+byNameDir+"/"+string(d.module)+"/"+name, err)
	}
	life := left(d.AttrTTL, asOf)
	if d.ByName == NameFiles {
		return d.file(ctx, rec.ID, call.begun, life, out)
	}
	node := &link{tree: d.tree, target: "../.." + photoPath(d.module, rec.ID), modified: rec.Modified}
	attr := linkAttr(d.module, rec.ID)
	child := d.GetChild(name)
	if child == nil || child.StableAttr() != attr {
		child = d.NewInode(ctx, node, attr)
	}
	node.fill(&out.Attr)
	out.SetEntryTimeout(life)
	out.SetAttrTimeout(life)
	return child, 0
}

// file is Lookup of the photo itself. It has that name for as long as its record
// is believed to, and at most as long as it is believed to be the photo.
func (d *byName) file(ctx context.Context, id bigin.RecordID, asked time.Time, life time.Duration, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	node := d.modules[d.module].record(ctx, id, asked)
	child, errno := node.lookupPhoto(ctx, out, func() { node.NotifyEntry(photoName) })
	if errno != 0 {
		node.ForgetPersistent() // unless someone knows it
		return nil, errno
	}
	out.SetEntryTimeout(min(life, out.EntryTimeout()))
	return child, 0
}

// forget makes the kernel look up the name of a record again.
func (d *byName) forget(id bigin.RecordID) {
	if name, ok := d.names.known(id); ok && d.GetChild(name) != nil {
		d.NotifyEntry(name)
	}
}

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

// find returns the record that has a name, and the time as of which that is right.
// If a record is known to have it, only that record is asked for; otherwise the
// listing is read.
func (d *byName) find(ctx context.Context, name string) (bigin.Record, time.Time, error) {
	if id, ok := d.names.find(name); ok {
		rec, asOf, err := d.Backend.Record(ctx, d.module, id)
		switch {
		case err == nil && rec.HasPhoto() && d.names.of(rec, asOf) == name:
			return rec, asOf, nil
		case err != nil && toErrno(err) != syscall.ENOENT:
			return bigin.Record{}, time.Time{}, err
		}
	}
	listing := d.Backend.Listing(d.module)
	for id := bigin.RecordID(0); ; {
		rec, ok, err := listing.After(ctx, id)
		asOf := listing.AsOf()
		switch {
		case err != nil:
			return bigin.Record{}, time.Time{}, err
		case !ok:
			if id > 0 {
				d.names.whole(asOf)
			}
			return bigin.Record{}, time.Time{}, bigin.ErrNoPhoto
		case id == 0 && d.names.knows(asOf) && !d.named(name):
			return bigin.Record{}, time.Time{}, bigin.ErrNoPhoto
		case d.names.of(rec, asOf) == name && rec.HasPhoto():
			return rec, asOf, nil
		}
		id = rec.ID
	}
}

func (d *byName) named(name string) bool {
	_, ok := d.names.find(name)
	return ok
}

// OpendirHandle opens the listing, which loads while it is read.
func (d *byName) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	next := func(ctx context.Context, after uint64) (entry, bool, error) {
		call, end := d.begin(ctx)
		defer end()
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
	h := newDirHandle(&d.Inode, next, func(err error) syscall.Errno {
		return d.failList("/"+byNameDir+"/"+string(d.module), err)
	})
	if d.ByName == NameFiles {
		return &namesHandle{*h}, 0, 0
	}
	return h, 0, 0
}

// pass follows one reading of a listing from its start: the latest to begin.
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
