package fs

import (
	"context"
	"errors"
	"io"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// dirHandle is an open directory. Its entries are numbered, so that a program
// can seek in them; "." and ".." come first.
type dirHandle struct {
	dots  []fuse.DirEntry
	entry func(ctx context.Context, i int) (fuse.DirEntry, error) // io.EOF after the last
	fail  func(error) syscall.Errno
	next  int
}

var (
	_ = (fusefs.FileReaddirenter)((*dirHandle)(nil))
	_ = (fusefs.FileSeekdirer)((*dirHandle)(nil))
)

func newDirHandle(dir *fusefs.Inode, entry func(context.Context, int) (fuse.DirEntry, error), fail func(error) syscall.Errno) *dirHandle {
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
func fixedEntries(list []fuse.DirEntry) func(context.Context, int) (fuse.DirEntry, error) {
	return func(_ context.Context, i int) (fuse.DirEntry, error) {
		if i >= len(list) {
			return fuse.DirEntry{}, io.EOF
		}
		return list[i], nil
	}
}

// Readdirent returns the next entry, or nil at the end.
func (h *dirHandle) Readdirent(ctx context.Context) (*fuse.DirEntry, syscall.Errno) {
	var e fuse.DirEntry
	if h.next < len(h.dots) {
		e = h.dots[h.next]
	} else {
		var err error
		e, err = h.entry(ctx, h.next-len(h.dots))
		if errors.Is(err, io.EOF) {
			return nil, 0
		}
		if err != nil {
			return nil, h.fail(err)
		}
	}
	h.next++
	e.Off = uint64(h.next)
	return &e, 0
}

// Seekdir goes to an offset that an entry had.
func (h *dirHandle) Seekdir(ctx context.Context, off uint64) syscall.Errno {
	h.next = int(off)
	return 0
}
