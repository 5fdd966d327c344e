package fs

import (
	"context"
	"errors"
	"io"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// entryFunc returns the entry of a number and whether it is to be shown; after
// the last comes io.EOF.
type entryFunc func(ctx context.Context, i int) (e fuse.DirEntry, shown bool, err error)

// dirHandle is an open directory. Its entries are numbered, so that a program
// can seek in them; "." and ".." come first.
type dirHandle struct {
	dots  []fuse.DirEntry
	entry entryFunc
	fail  func(error) syscall.Errno
	next  int
}

var (
	_ = (fusefs.FileReaddirenter)((*dirHandle)(nil))
	_ = (fusefs.FileSeekdirer)((*dirHandle)(nil))
)

func newDirHandle(dir *fusefs.Inode, entry entryFunc, fail func(error) syscall.Errno) *dirHandle {
	up := dir
	if _, parent := dir.Parent(); parent != nil {
		up = parent
	}
	return &dirHandle{
		dots: []fuse.DirEntry{
			{Name: ".", Mode: syscall.S_IFDIR, Ino: dir.StableAttr().Ino},
			{Name: "..", Mode: syscall.S_IFDIR, Ino: up.StableAttr().Ino},
		},
		entry: entry, fail: fail,
	}
}

// fixedEntries serves a list.
func fixedEntries(list []fuse.DirEntry) entryFunc {
	return func(_ context.Context, i int) (fuse.DirEntry, bool, error) {
		if i >= len(list) {
			return fuse.DirEntry{}, false, io.EOF
		}
		return list[i], true, nil
	}
}

// Readdirent returns the next entry, or nil at the end.
func (h *dirHandle) Readdirent(ctx context.Context) (*fuse.DirEntry, syscall.Errno) {
	for {
		var e fuse.DirEntry
		shown := true
		if h.next < len(h.dots) {
			e = h.dots[h.next]
		} else {
			var err error
			e, shown, err = h.entry(ctx, h.next-len(h.dots))
			if errors.Is(err, io.EOF) {
				return nil, 0
			}
			if err != nil {
				return nil, h.fail(err)
			}
		}
		if h.next++; shown {
			e.Off = uint64(h.next)
			return &e, 0
		}
	}
}

// Seekdir goes to an offset that an entry had.
func (h *dirHandle) Seekdir(ctx context.Context, off uint64) syscall.Errno {
	h.next = int(off)
	return 0
}
