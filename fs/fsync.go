package fs

import (
	"context"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// Fsync has nothing to do for any file, nor has fsync of a directory: nothing
// can be written. ENOSYS is how the kernel is told: it reports success, and does
// not ask again.
//
// https://github.com/torvalds/linux/blob/master/fs/fuse/file.c (fuse_fsync)
func (t *tree) Fsync(ctx context.Context, f fusefs.FileHandle, flags uint32) syscall.Errno {
	return syscall.ENOSYS
}
