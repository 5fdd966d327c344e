package fs

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// photoName is the one name in the directory of a record. The photo may be a JPEG,
// PNG, GIF or BMP; programs look at the bytes.
const photoName = "photo.jpg"

// record is the directory of a record: its photo, or nothing.
type record struct {
	fusefs.Inode
	*tree
	module bigin.Module
	id     bigin.RecordID
	asked  time.Time // when it was looked up first

	*shown
	kept   atomic.Int32 // what the kernel keeps of the directory
	making sync.Mutex   // the node of a photo
}

var (
	_ = (fusefs.NodeGetattrer)((*record)(nil))
	_ = (fusefs.NodeLookuper)((*record)(nil))
	_ = (fusefs.NodeOpendirHandler)((*record)(nil))
	_ = (fusefs.NodeGetxattrer)((*record)(nil))
	_ = (fusefs.NodeOnForgetter)((*record)(nil))
)

// OnForget is called when the kernel knows neither the record nor its photo any
// more.
func (r *record) OnForget() { r.modules[r.module].forgotten.keep(r.id, r.shown) }

func (r *record) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	rec, asOf, known := r.Backend.Known(r.module, r.id)
	if known && left(r.AttrTTL, asOf) > 0 {
		r.heard(rec)
	}
	r.fillDir(&out.Attr, r.dirTime(rec.Modified, r.mounted))
	out.SetTimeout(r.AttrTTL)
	return 0
}

// Lookup finds the photo. Unless the size is remembered it starts the download,
// since only that tells the size.
func (r *record) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	if name != photoName {
		return nil, syscall.ENOENT
	}
	return r.lookupPhoto(ctx, out, r.forgetByName)
}

// lookupPhoto is Lookup for each name that the photo has. When it is another
// photo than before, its other name is forgotten.
func (r *record) lookupPhoto(ctx context.Context, out *fuse.EntryOut, forgetOther func()) (*fusefs.Inode, syscall.Errno) {
	call, end := r.begin(ctx)
	defer end()
	bytes, mime, ok := r.Backend.Remembered(call, r.module, r.id)
	if m := r.modules[r.module]; m != nil && m.walkers.take(call.caller()) && !ok {
		r.Backend.Walk(r.module, r.id) // whoever learns sizes without a download may never read
	}
	if ok {
		version, seen := r.remembered(bytes)
		node, child := r.node(ctx, version, bytes, mime, forgetOther)
		if last := node.arrival.Load(); last == nil {
			node.arrival.Store(&arrival{version: seen})
		} else if left(r.ContentTTL, last.fetched) == 0 {
			node.arrival.Store(&arrival{version: seen})
			child.NotifyContent(0, 0) // so that the next read reaches us
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
	node, child := r.node(ctx, version, p.Size(), p.MIME(), forgetOther)
	node.arrived(p, call.begun)
	out.SetEntryTimeout(r.life(p.Fetched()))
	out.SetAttrTimeout(node.fill(&out.Attr))
	return child, 0
}

// life returns how long the name of a photo that was fetched then may be believed:
// as long as its record if that is known.
func (r *record) life(fetched time.Time) time.Duration {
	if _, asOf, ok := r.Backend.Known(r.module, r.id); ok {
		if rest := left(r.AttrTTL, asOf); rest > 0 {
			return rest
		}
	}
	return left(r.ContentTTL, fetched)
}

// node returns the node of a version, which may exist already.
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

func (r *record) photoAttr(version uint32) fusefs.StableAttr {
	return photoAttr(r.module, r.id, version, r.number)
}

// current identifies the photo as it was last seen.
func (r *record) current() fusefs.StableAttr {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.photoAttr(max(r.version, 1))
}

// forgetPhoto makes the kernel look up the photo again.
func (r *record) forgetPhoto() {
	r.NotifyEntry(photoName)
	r.forgetByName()
}

// forgetByName makes the kernel look up the photo again in by-name, if it is
// there itself.
func (r *record) forgetByName() {
	if r.ByName == NameFiles {
		r.byNames[r.module].forget(r.id)
	}
}

// versionOf returns which version of the photo this is: the latest if it has the
// same bytes, or the same size where only that is known; otherwise a new one.
func (r *record) versionOf(ctx context.Context, p *bigin.Photo) (uint32, error) {
	for {
		r.mu.Lock()
		seen, same := r.seen, r.version == 0 || r.bytes == p.Size()
		r.mu.Unlock()
		if seen != nil {
			var err error
			if same, err = r.matches(ctx, p, seen); err != nil {
				return 0, err
			}
		}
		r.mu.Lock()
		if r.seen != seen { // another lookup was faster
			r.mu.Unlock()
			continue
		}
		defer r.mu.Unlock()
		if !same || r.version == 0 {
			r.version++
		}
		r.seen, r.bytes = p.Version(), p.Size()
		return r.version, nil
	}
}

// matches reports whether a photo has the bytes that were seen before. If the line
// is so slow that the photo does not arrive in time it counts as another one: at
// worst an unchanged photo gets a new inode, and its bytes are right all the same.
func (r *record) matches(ctx context.Context, p *bigin.Photo, seen *bigin.Version) (bool, error) {
	short, cancel := context.WithTimeout(ctx, r.Timeout/2)
	defer cancel()
	same, err := p.Matches(short, seen)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return false, nil
	}
	return same, err
}

// saw notes the bytes that a reader of a version got.
func (r *record) saw(version uint32, v *bigin.Version) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.version == version {
		r.seen = v
	}
}

// remembered returns which version of the photo has that size, and the bytes that
// were seen of it, if any.
func (r *record) remembered(bytes int64) (uint32, *bigin.Version) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.version == 0 || r.bytes != bytes {
		r.version++
		r.seen, r.bytes = nil, bytes
	}
	return r.version, r.seen
}

// What the kernel may keep of a record's directory.
const (
	keptNone int32 = iota
	keptEmpty
	keptPhoto
)

// OpendirHandle lists the photo if there is one, without asking for it.
func (r *record) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	call, end := r.begin(ctx)
	defer end()
	rec, _, err := r.Backend.Record(call, r.module, r.id)
	if err != nil {
		return nil, 0, r.fail("list", recordPath(r.module, r.id), err)
	}
	var list []fuse.DirEntry
	if rec.HasPhoto() {
		attr := r.current()
		list = []fuse.DirEntry{{Name: photoName, Mode: attr.Mode, Ino: attr.Ino}}
	}
	r.kept.Store(keptOf(rec))
	return &namesHandle{*newDirHandle(&r.Inode, fixedEntries(list), nil)}, 0, 0
}

func keptOf(rec bigin.Record) int32 {
	if rec.HasPhoto() {
		return keptPhoto
	}
	return keptEmpty
}

// heard makes the kernel list the directory again if its entries disagree with
// what was heard of the record.
func (r *record) heard(rec bigin.Record) {
	now := keptOf(rec)
	if before := r.kept.Load(); before != keptNone && before != now && r.kept.CompareAndSwap(before, keptNone) {
		r.NotifyContent(0, 0)
	}
}
