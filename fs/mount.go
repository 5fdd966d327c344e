package fs

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// fsName is the name of our mounts in /proc/mounts; their type is
// "fuse.biginfs". It has no colon, since df -l takes such a name for remote.
const fsName = "biginfs"

// ErrNoFUSE means that the machine cannot mount FUSE file systems as it is.
var ErrNoFUSE = errors.New("FUSE is not available")

// Server serves a mounted tree.
type Server struct {
	dir    string // resolved
	id     string // of this mount, since another may follow at dir
	server *fuse.Server
	top    *root
}

// Mount mounts the tree at dir and returns when it answers. A dead mount of
// ours at dir is cleared first. Errors are ErrMountpoint and ErrNoFUSE, both
// with what to do about them.
//
// It avoids go-fuse's own Mount, which opens a file on the new mount for the sake
// of programs that use what they mount: if the program is killed at that moment,
// the kernel waits forever for it to answer the close of that file.
func Mount(dir string, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := resolve(dir)
	if err != nil {
		return nil, fmt.Errorf("mount: %w", err)
	}
	if err := prepare(dir); err != nil {
		return nil, err
	}
	if err := Available(); err != nil {
		return nil, err
	}
	direct := os.Geteuid() == 0
	options := &fusefs.Options{
		MountOptions: fuse.MountOptions{
			FsName:                   fsName,
			Name:                     fsName,
			Options:                  []string{"ro", "nosuid", "nodev", "noexec", "default_permissions"},
			AllowOther:               o.AllowOther,
			DirectMountStrict:        direct,
			DirectMountFlags:         directFlags,
			EnableSymlinkCaching:     true,
			ExplicitDataCacheControl: true,                      // the bytes of an inode never change
			ExtraCapabilities:        fuse.CAP_READDIRPLUS_AUTO, // else listing a module makes an inode of each record
			SyncRead:                 true,                      // else no read can be interrupted
			DisableSplice:            true,                      // else each answer takes a detour through a pipe, and all fail where /dev/null cannot be written
			PanicHandler: func(value any) fuse.Status {
				o.Log.Error("panic", "value", value, "stack", string(debug.Stack()))
				return fuse.EIO
			},
		},
		RootStableAttr:  rootAttr(),
		NullPermissions: true,
		UID:             o.UID,
		GID:             o.GID,
	}
	top := &root{fixedDir{tree: &tree{Options: o, mounted: time.Now()}}}
	server, err := fuse.NewServer(&noOpendir{RawFileSystem: fusefs.NewNodeFS(top, options)}, dir, &options.MountOptions)
	if err != nil {
		return nil, mountError(dir, err)
	}
	go server.Serve() // NewServer has exchanged INIT with the kernel
	return &Server{dir, topID(dir), server, top}, nil
}

// Wait returns when the tree is no longer mounted, whoever unmounted it.
func (s *Server) Wait() { s.server.Wait() }

// Unmount unmounts the tree. If programs are using it, it disappears from the
// file system at once, and they keep what they have open until this process ends.
func (s *Server) Unmount() error {
	if topID(s.dir) != s.id {
		return nil // was unmounted by someone else
	}
	if err := s.server.Unmount(); err != nil {
		return unmount(s.dir)
	}
	return nil
}
