package fs

import (
	"context"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// textFile is a small file that is built into the program.
type textFile struct {
	fusefs.Inode
	*tree
	text string
}

var (
	_ = (fusefs.NodeGetattrer)((*textFile)(nil))
	_ = (fusefs.NodeOpener)((*textFile)(nil))
	_ = (fusefs.NodeReader)((*textFile)(nil))
)

func (f *textFile) Getattr(ctx context.Context, h fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	f.fill(&out.Attr, 0o444, f.mounted)
	out.Size = uint64(len(f.text))
	out.SetTimeout(forever)
	return 0
}

// Open is as for photos.
func (f *textFile) Open(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, syscall.ENOSYS
}

func (f *textFile) Read(ctx context.Context, h fusefs.FileHandle, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	from := min(off, int64(len(f.text)))
	to := min(from+int64(len(dest)), int64(len(f.text)))
	return fuse.ReadResultData([]byte(f.text[from:to])), 0
}
