package fs

import (
	"context"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// Lookup finds a record by its id. A name that is no id costs no call: file
// managers ask for .Trash, autorun.inf and the like all the time.
func (d *module) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
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
	node := d.shows(ctx, rec, left(d.AttrTTL, asOf), call.begun, out)
	if d.walk.wantsAttributes(id) {
		go d.NotifyContent(0, 0) // which may wait for this lookup
	}
	return &node.Inode, 0
}

// shows returns the node of a record and its attributes, which are right for that
// life, for an operation that began at asked.
func (d *module) shows(ctx context.Context, rec bigin.Record, life time.Duration, asked time.Time, out *fuse.EntryOut) *record {
	node := d.record(ctx, rec.ID, asked)
	node.heard(rec)
	d.fillDir(&out.Attr, node.dirTime(rec.Modified, d.mounted))
	out.SetEntryTimeout(life)
	out.SetAttrTimeout(life)
	return node
}

// record returns the node of a record, for an operation that began at asked. The
// kernel need not know the node: a photo may be looked up in by-name before its
// record is looked up by id, and both must find the same node.
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

// Lookup finds the photo. Unless the size is remembered it starts the download,
// since only that tells the size.
func (r *record) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	if name != photoName {
		return nil, syscall.ENOENT
	}
	call, end := r.begin(ctx)
	defer end()
	return r.lookupPhoto(call, out, r.forgetByName)
}

// lookupPhoto is Lookup for either name of the photo. If the photo has changed, the
// kernel forgets its other name.
func (r *record) lookupPhoto(call *call, out *fuse.EntryOut, forgetOther func()) (*fusefs.Inode, syscall.Errno) {
	bytes, mime, ok := r.Backend.Remembered(call, r.module, r.id)
	if m := r.modules[r.module]; m != nil && m.walkers.take(call.caller()) && !ok {
		r.Backend.Walk(r.module, r.id) // whoever learns sizes without a download may never read
	}
	if ok {
		version, seen := r.remembered(bytes)
		node, child := r.node(call, version, bytes, mime, forgetOther)
		if last := node.arrival.Load(); last == nil {
			node.arrival.Store(&arrival{version: seen})
		} else if left(r.ContentTTL, last.fetched) == 0 {
			node.arrival.Store(&arrival{version: seen})
			soon(func() { child.NotifyContent(0, 0) }) // so that the next read reaches us
		}
		out.SetEntryTimeout(r.life(time.Time{}))
		out.SetAttrTimeout(node.fill(&out.Attr))
		return child, 0
	}
	p, release, err := r.Backend.Photo(call, r.module, r.id, nil)
	if err != nil {
		return nil, r.fail("lookup", photoPath(r.module, r.id), err)
	}
	defer release()
	version, err := r.versionOf(call, p)
	if err != nil {
		return nil, r.fail("lookup", photoPath(r.module, r.id), err)
	}
	node, child := r.node(call, version, p.Size(), p.MIME(), forgetOther)
	node.arrived(p, call.begun)
	out.SetEntryTimeout(r.life(p.Fetched()))
	out.SetAttrTimeout(node.fill(&out.Attr))
	return child, 0
}

// life returns how long the name of a photo that was fetched then is believed: as
// long as its record, if that is known.
func (r *record) life(fetched time.Time) time.Duration {
	if _, asOf, ok := r.Backend.Known(r.module, r.id); ok {
		if rest := left(r.AttrTTL, asOf); rest > 0 {
			return rest
		}
	}
	return left(r.ContentTTL, fetched)
}

// node returns the node of a version, making it if there is none.
func (r *record) node(ctx context.Context, version uint32, bytes int64, mime string, forgetOther func()) (*photo, *fusefs.Inode) {
	r.making.Lock()
	defer r.making.Unlock()
	attr := r.photoAttr(version)
	before := r.GetChild(photoName)
	if before != nil && before.StableAttr() == attr {
		return before.Operations().(*photo), before
	}
	node := &photo{tree: r.tree, dir: r, version: version, size: bytes, mime: mime}
	child := r.NewInode(ctx, node, attr)
	r.AddChild(photoName, child, true)
	if before != nil {
		go forgetOther() // which may wait for this lookup
	}
	return node, child
}
