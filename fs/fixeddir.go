package fs

import (
	"context"
	"slices"
	"strings"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// fixedDir is a directory whose entries are made when the tree is mounted and
// then stay.
type fixedDir struct {
	fusefs.Inode
	*tree
}

var (
	_ = (fusefs.NodeGetattrer)((*fixedDir)(nil))
	_ = (fusefs.NodeLookuper)((*fixedDir)(nil))
	_ = (fusefs.NodeOpendirHandler)((*fixedDir)(nil))
)

func (d *fixedDir) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	child := d.GetChild(name)
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

func (d *fixedDir) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	var names []fuse.DirEntry
	for name, child := range d.Children() {
		if strings.HasPrefix(name, ".") {
			continue // found by name only: no copy of the drive should have it
		}
		names = append(names, fuse.DirEntry{Name: name, Mode: child.Mode(), Ino: child.StableAttr().Ino})
	}
	slices.SortFunc(names, func(a, b fuse.DirEntry) int { return strings.Compare(a.Name, b.Name) })
	return newDirHandle(&d.Inode, d.tree, fixedEntries(names), nil), 0, 0
}
