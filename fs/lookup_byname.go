package fs

import (
	"context"
	"strings"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

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
		return d.file(call, rec.ID, life, out)
	}
	return d.link(call, name, rec, life, out), 0
}

// link is Lookup of the link to a photo.
func (d *byName) link(ctx context.Context, name string, rec bigin.Record, life time.Duration, out *fuse.EntryOut) *fusefs.Inode {
	node := &link{tree: d.tree, target: "../.." + photoPath(d.module, rec.ID), modified: rec.Modified}
	attr := linkAttr(d.module, rec.ID)
	child := d.GetChild(name)
	if child == nil || child.StableAttr() != attr {
		child = d.NewInode(ctx, node, attr)
	}
	node.fill(&out.Attr)
	out.SetEntryTimeout(life)
	out.SetAttrTimeout(life)
	return child
}

// file is Lookup of the photo itself. The entry lives as long as its record is
// believed to have that name, and no longer than it is believed to be the photo.
func (d *byName) file(call *call, id bigin.RecordID, life time.Duration, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	node := d.modules[d.module].record(call, id, call.begun)
	child, errno := node.lookupPhoto(call, out, func() { node.NotifyEntry(photoName) })
	if errno != 0 {
		node.ForgetPersistent() // unless someone knows it
		return nil, errno
	}
	out.SetEntryTimeout(min(life, out.EntryTimeout()))
	return child, 0
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
