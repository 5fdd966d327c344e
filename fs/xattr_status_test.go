package fs

import (
	"context"
	"os"
	"syscall"
	"testing"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// A refresh costs calls: it is for root and the user who mounted, and asking
// for its size alone does nothing.
func TestRefreshAttr(t *testing.T) {
	asked := 0
	r := &root{fixedDir{tree: &tree{Options: Options{Refresh: func(context.Context) []byte { asked++; return []byte("{}") }}}}}
	ask := func(uid uint32, dest []byte) (uint32, syscall.Errno) {
		caller := &fuse.Caller{Owner: fuse.Owner{Uid: uid}}
		return r.Getxattr(fuse.NewContext(context.Background(), caller), RefreshAttr, dest)
	}
	if n, errno := ask(uint32(os.Geteuid()), nil); n == 0 || errno != 0 || asked != 0 {
		t.Errorf("the size: %d, %v, asked %d times", n, errno, asked)
	}
	if n, errno := ask(uint32(os.Geteuid()), make([]byte, 100)); n != 2 || errno != 0 || asked != 1 {
		t.Errorf("the owner: %d, %v, asked %d times", n, errno, asked)
	}
	if _, errno := ask(uint32(os.Geteuid())+4321, make([]byte, 100)); errno != syscall.EACCES || asked != 1 {
		t.Errorf("someone else: %v, asked %d times", errno, asked)
	}
	if _, errno := r.Getxattr(t.Context(), StatusAttr, nil); errno != syscall.EOPNOTSUPP {
		t.Errorf("no status: %v", errno)
	}
}
