package fs

import (
	"context"
	"syscall"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// forever is the life of what does not change while it is mounted.
const forever = 24 * 60 * 60 * 1e9 // a day, in nanoseconds

// root is the top directory: one directory a module, and the name that the
// user interface of Bigin gives to one of them.
type root struct {
	fusefs.Inode
	*tree
}

var (
	_ = (fusefs.NodeOnAdder)((*root)(nil))
	_ = (fusefs.NodeGetattrer)((*root)(nil))
	_ = (fusefs.NodeLookuper)((*root)(nil))
	_ = (fusefs.NodeOpendirHandler)((*root)(nil))
	_ = (fusefs.NodeGetxattrer)((*root)(nil))
)

// OnAdd makes the entries, which stay.
func (r *root) OnAdd(ctx context.Context) {
	for i, m := range bigin.Modules() {
		dir := &module{tree: r.tree, name: m}
		attr := fusefs.StableAttr{Mode: syscall.S_IFDIR, Ino: fixedIno(i)}
		r.AddChild(string(m), r.NewPersistentInode(ctx, dir, attr), false)
	}
	companies := &link{tree: r.tree, target: string(bigin.Accounts)}
	attr := fusefs.StableAttr{Mode: syscall.S_IFLNK, Ino: fixedIno(len(bigin.Modules()))}
	r.AddChild("Companies", r.NewPersistentInode(ctx, companies, attr), false)
}

func (r *root) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	r.fillDir(&out.Attr, r.mounted)
	out.SetTimeout(forever)
	return 0
}

func (r *root) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	child := r.GetChild(name)
	if child == nil {
		return nil, syscall.ENOENT
	}
	var a fuse.AttrOut
	if errno := child.Operations().(fusefs.NodeGetattrer).Getattr(ctx, nil, &a); errno != 0 {
		return nil, errno
	}
	out.Attr = a.Attr
	out.SetEntryTimeout(forever)
	out.SetAttrTimeout(forever)
	return child, 0
}

func (r *root) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	var names []fuse.DirEntry
	for name, child := range r.Children() {
		names = append(names, fuse.DirEntry{Name: name, Mode: child.Mode(), Ino: child.StableAttr().Ino})
	}
	return newDirHandle(&r.Inode, fixedEntries(names), nil), fuse.FOPEN_CACHE_DIR, 0
}
