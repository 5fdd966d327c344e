package fs

import (
	"context"
	"syscall"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

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
	return &listHandle{*newDirHandle(&r.Inode, r.tree, fixedEntries(list), nil), namesAlone}, 0, 0
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
