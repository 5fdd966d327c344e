package fs

import (
	"context"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// Statfs answers for all nodes, locally. The drive is not full, so that no
// monitor raises an alarm, and has no room to write: all blocks are free, and
// none are available to users. df then shows "-" for the share that is used.
//
// What is in the drive shows in the inodes: as many are in use as directories and
// photos are known. The bytes cannot be told: df and monitors take the share in
// use of what is in use and what is available, so that a single block in use,
// with none available, is 100 %. For the same reason there are free inodes; those
// nobody takes for room. Some programs take a file system without blocks for a
// broken one.
//
// https://man7.org/linux/man-pages/man3/statvfs.3.html
func (t *tree) Statfs(ctx context.Context, out *fuse.StatfsOut) syscall.Errno {
	records, photos := t.Backend.Count()
	out.Bsize, out.Frsize, out.NameLen = 4096, 4096, 255
	out.Blocks = 1 << 28 // 1 TiB
	out.Bfree, out.Bavail = out.Blocks, 0
	out.Ffree = 1 << 31 // with those in use it fits the 32 bits of old programs
	out.Files = out.Ffree + uint64(records) + uint64(photos)
	return 0
}
