package fs

import (
	"github.com/hanwen/go-fuse/v2/fuse"
)

// noOpendir tells the kernel that there is nothing to decide when a directory is
// opened: the kernel stops asking, and keeps the entries until it is told
// otherwise. From then on a walk through directories that were read before sends
// no message at all. go-fuse serves entries through handles only, so each
// request for entries gets a handle of its own.
//
// https://docs.kernel.org/filesystems/fuse (FUSE_NO_OPENDIR_SUPPORT)
type noOpendir struct {
	fuse.RawFileSystem
	able bool // whether the kernel understands the answer
}

// Init finds out what the kernel can do.
func (n *noOpendir) Init(server *fuse.Server) {
	n.able = server.KernelSettings().Flags64()&capNoOpendir != 0
	n.RawFileSystem.Init(server)
}

func (n *noOpendir) OpenDir(cancel <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	if n.able {
		return fuse.ENOSYS
	}
	return n.RawFileSystem.OpenDir(cancel, in, out)
}

func (n *noOpendir) ReadDir(cancel <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	return n.read(cancel, in, out, n.RawFileSystem.ReadDir)
}

func (n *noOpendir) ReadDirPlus(cancel <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	return n.read(cancel, in, out, n.RawFileSystem.ReadDirPlus)
}

// read answers one request through a handle of its own.
func (n *noOpendir) read(cancel <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList,
	read func(<-chan struct{}, *fuse.ReadIn, *fuse.DirEntryList) fuse.Status) fuse.Status {
	if !n.able {
		return read(cancel, in, out)
	}
	var open fuse.OpenOut
	if status := n.RawFileSystem.OpenDir(cancel, &fuse.OpenIn{InHeader: in.InHeader}, &open); !status.Ok() {
		return status
	}
	defer n.RawFileSystem.ReleaseDir(&fuse.ReleaseIn{InHeader: in.InHeader, Fh: open.Fh})
	own := *in
	own.Fh = open.Fh
	return read(cancel, &own, out)
}
