package fs

import (
	"context"
	"syscall"
	"time"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// link is a symbolic link.
type link struct {
	fusefs.Inode
	*tree
	target   string
	modified time.Time
}

var (
	_ = (fusefs.NodeReadlinker)((*link)(nil))
	_ = (fusefs.NodeGetattrer)((*link)(nil))
)

func (l *link) Readlink(ctx context.Context) ([]byte, syscall.Errno) { return []byte(l.target), 0 }

func (l *link) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	l.fill(&out.Attr)
	out.SetTimeout(l.AttrTTL)
	return 0
}

func (l *link) fill(a *fuse.Attr) {
	l.tree.fill(a, 0o777, l.modified)
	a.Size = uint64(len(l.target))
}
