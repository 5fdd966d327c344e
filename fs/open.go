package fs

import (
	"context"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// Open has nothing to decide. ENOSYS tells the kernel so: it stops asking, for all
// files, and keeps their pages.
//
// https://docs.kernel.org/filesystems/fuse (FUSE_NO_OPEN_SUPPORT)
func (p *photo) Open(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, syscall.ENOSYS
}

// Flush is like Open.
func (p *photo) Flush(ctx context.Context, f fusefs.FileHandle) syscall.Errno { return syscall.ENOSYS }
