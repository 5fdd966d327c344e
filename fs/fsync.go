package fs

import (
	"context"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// Fsync answers for all files and directories: nothing can be written, so there
// is nothing to do. ENOSYS tells the kernel, which reports success and never asks
// again.
//
// https://github.com/torvalds/linux/blob/master/fs/fuse/file.c (fuse_fsync)
func (t *tree) Fsync(ctx context.Context, f fusefs.FileHandle, flags uint32) syscall.Errno {
	return syscall.ENOSYS
}
