package fs

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// byNameDir is what the directory of links is called.
const byNameDir = "by-name"

// byName is the directory of a module's links: <name>.jpg for each record that
// has a photo. It costs the calls of the listing and no others.
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

// Lookup finds the record of that name. Names that no link can have, which
// programs look for in every folder, cost no call.
func (d *byName) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	stem, ok := strings.CutSuffix(name, linkSuffix)
	if !ok || strings.HasPrefix(stem, ".") || reserved(stem) {
		return nil, syscall.ENOENT
	}
	call, end := d.begin(ctx)
	defer end()
	rec, err := d.find(call, name)
	if err != nil {
		return nil, d.fail("lookup", "/"+byNameDir+"/"+string(d.module)+"/"+name, err)
	}
	node := &link{tree: d.tree, target: "../.." + photoPath(d.module, rec.ID), modified: rec.Modified}
	attr := linkAttr(d.module, rec.ID)
	child := d.GetChild(name)
	if child == nil || child.StableAttr() != attr {
		child = d.NewInode(ctx, node, attr)
	}
	node.fill(&out.Attr)
	life := left(d.AttrTTL, rec.Fetched)
	out.SetEntryTimeout(life)
	out.SetAttrTimeout(life)
	return child, 0
}

// find returns the record whose link has that name.
func (d *byName) find(ctx context.Context, name string) (bigin.Record, error) {
	listing := d.Backend.Listing(d.module)
	if id, ok := d.names.find(name); ok {
		rec, _, err := listing.After(ctx, id-1)
		if err != nil && !errors.Is(err, io.EOF) {
			return bigin.Record{}, err
		}
		if err == nil && rec.ID == id && d.names.of(rec) == name && rec.HasPhoto() {
			return rec, nil
		}
	}
	first, err := listing.At(ctx, 0)
	for i, rec := 0, first; ; i++ {
		switch {
		case errors.Is(err, io.EOF):
			if i > 0 {
				d.names.whole(first.Fetched)
			}
			return bigin.Record{}, bigin.ErrNoPhoto
		case err != nil:
			return bigin.Record{}, err
		case i == 0 && d.names.knows(first.Fetched) && !d.named(name):
			return bigin.Record{}, bigin.ErrNoPhoto
		case d.names.of(rec) == name && rec.HasPhoto():
			return rec, nil
		}
		rec, err = listing.At(ctx, i+1)
	}
}

func (d *byName) named(name string) bool {
	_, ok := d.names.find(name)
	return ok
}

// OpendirHandle opens the listing, which loads as it is read.
func (d *byName) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	entry := func(ctx context.Context, after uint64) (fuse.DirEntry, uint64, bool, error) {
		call, end := d.begin(ctx)
		defer end()
		rec, number, err := d.listing.next(call, &d.Inode, d.tree, d.module, bigin.RecordID(after))
		switch {
		case errors.Is(err, io.EOF):
			if begun, ok := d.pass.end(number); ok {
				d.names.whole(begun)
			}
			return fuse.DirEntry{}, 0, false, err
		case err != nil:
			return fuse.DirEntry{}, 0, false, err
		}
		d.pass.at(rec, number)
		e := fuse.DirEntry{Name: d.names.of(rec), Mode: syscall.S_IFLNK, Ino: linkAttr(d.module, rec.ID).Ino}
		return e, uint64(rec.ID), rec.HasPhoto(), nil
	}
	return newDirHandle(&d.Inode, entry, func(err error) syscall.Errno {
		return d.fail("list", "/"+byNameDir+"/"+string(d.module), err)
	}), 0, 0
}

// pass is a reading of a listing from its start. The latest one counts.
type pass struct {
	mu    sync.Mutex
	begun time.Time // zero when it left something out
	next  int       // number of the first record not seen
}

// at takes note of a record that was read, with its number.
func (p *pass) at(r bigin.Record, number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case number == 0:
		p.begun, p.next = r.Fetched, 1
	case number > p.next:
		p.begun = time.Time{}
	default:
		p.next = max(p.next, number+1)
	}
}

// end tells, at the end of a listing of that many records, whether all were
// seen, and when the listing began.
func (p *pass) end(records int) (time.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.begun, !p.begun.IsZero() && p.next == records
}
