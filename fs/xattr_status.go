package fs

import (
	"context"
	"os"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// StatusAttr is an extended attribute of the root that describes the mount in
// JSON. It is not listed, so that no backup copies it. Reading it makes no call
// and waits for nothing, whatever else hangs.
const StatusAttr = "user.biginfs.status"

// RefreshAttr is an extended attribute of the root that renews what is known and
// says in JSON what changed. Reading it is the only way to ask a read-only mount
// for something, and reaches exactly the mount that is meant. It is for root
// and the user who mounted, as it costs calls.
const RefreshAttr = "user.biginfs.refresh"

// maxAttr is the most that the kernel passes on of an extended attribute.
const maxAttr = 64 << 10

func (r *root) Getxattr(ctx context.Context, attr string, dest []byte) (uint32, syscall.Errno) {
	switch {
	case attr == StatusAttr && r.Status != nil:
		return attrValue(r.Status(r.failures.last()), dest)
	case attr == RefreshAttr && r.Refresh != nil:
		if caller, ok := fuse.FromContext(ctx); ok && caller.Uid != 0 && int(caller.Uid) != os.Geteuid() {
			return 0, syscall.EACCES
		}
		if len(dest) == 0 { // only the size is asked for
			return maxAttr, 0
		}
		return attrValue(r.Refresh(ctx), dest)
	}
	return 0, syscall.EOPNOTSUPP
}
