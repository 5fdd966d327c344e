package fs

import (
	"context"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// Statfs answers for all nodes, locally. The drive is not full, so that no
// monitor raises an alarm, and has no room to write: all blocks are free, and
// none are available to users. df then shows "-" for the share that is used. Some
// programs take a file system without blocks for a broken one.
//
// https://man7.org/linux/man-pages/man3/statvfs.3.html
func (t *tree) Statfs(ctx context.Context, out *fuse.StatfsOut) syscall.Errno {
	out.Bsize, out.Frsize, out.NameLen = 4096, 4096, 255
	out.Blocks = 1 << 28 // 1 TiB
	out.Bfree, out.Bavail = out.Blocks, 0
	out.Files = 1 << 20
	out.Ffree = out.Files
	return 0
}
