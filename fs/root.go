package fs

import (
	"context"
	"syscall"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// companiesLink is what Bigin's user interface calls the module Accounts.
const companiesLink = "Companies"

// root is the top directory: one directory per module, and by-name.
type root struct{ fixedDir }

var (
	_ = (fusefs.NodeOnAdder)((*root)(nil))
	_ = (fusefs.NodeGetxattrer)((*root)(nil))
)

// volumeInfo tells file managers how to show the drive.
//
// https://docs.gtk.org/gio/ and gvfs read .xdg-volume-info at the top of a volume.
const volumeInfo = "[Volume Info]\nName=Bigin\nIcon=folder-remote\n"

// OnAdd makes the entries, which stay.
func (r *root) OnAdd(ctx context.Context) {
	fixed := 0
	add := func(dir *fusefs.Inode, name string, node fusefs.InodeEmbedder, mode uint32) *fusefs.Inode {
		child := dir.NewPersistentInode(ctx, node, fusefs.StableAttr{Mode: mode, Ino: fixedIno(fixed)})
		fixed++
		dir.AddChild(name, child, false)
		return child
	}
	companies := func() *link { return &link{tree: r.tree, target: string(bigin.Accounts)} }
	r.modules = make(map[bigin.Module]*module)
	for _, m := range bigin.Modules() {
		r.modules[m] = &module{tree: r.tree, name: m}
		add(&r.Inode, string(m), r.modules[m], syscall.S_IFDIR)
	}
	add(&r.Inode, companiesLink, companies(), syscall.S_IFLNK)
	add(&r.Inode, ".xdg-volume-info", &textFile{tree: r.tree, text: volumeInfo}, syscall.S_IFREG)
	if r.ByName == NoNames {
		return
	}
	r.byNames = make(map[bigin.Module]*byName)
	names := add(&r.Inode, byNameDir, &fixedDir{tree: r.tree}, syscall.S_IFDIR)
	for _, m := range bigin.Modules() {
		r.byNames[m] = &byName{tree: r.tree, module: m}
		add(names, string(m), r.byNames[m], syscall.S_IFDIR)
	}
	add(names, companiesLink, companies(), syscall.S_IFLNK)
}
