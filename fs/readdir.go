package fs

import (
	"context"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// entry is an entry of a directory.
type entry struct {
	fuse.DirEntry
	position uint64 // in the directory; not 0, which is the start
	hidden   bool   // not to be shown
}

// entryFunc returns the entry after a position. ok is false only if there is
// certainly none.
type entryFunc func(ctx context.Context, after uint64) (e entry, ok bool, err error)

// dirHandle is an open directory. "." and ".." come first. The offset of an entry
// is its position, counted on from theirs. It means the same in every handle, so
// the kernel may read on with another one.
type dirHandle struct {
	dots  []fuse.DirEntry
	entry entryFunc
	fail  func(error) syscall.Errno
	next  uint64 // offset to read on from
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
	return func(_ context.Context, after uint64) (entry, bool, error) {
		if after >= uint64(len(list)) {
			return entry{}, false, nil
		}
		return entry{DirEntry: list[after], position: after + 1}, true, nil
	}
}

// Readdirent returns the next entry, or nil at the end.
func (h *dirHandle) Readdirent(ctx context.Context) (*fuse.DirEntry, syscall.Errno) {
	for {
		dots := uint64(len(h.dots))
		if h.next < dots {
			e := h.dots[h.next]
			h.next++
			e.Off = h.next
			return &e, 0
		}
		e, ok, err := h.entry(ctx, h.next-dots)
		switch {
		case err != nil:
			return nil, h.fail(err)
		case !ok:
			return nil, 0
		}
		if h.next = e.position + dots; !e.hidden {
			e.Off = h.next
			return &e.DirEntry, 0
		}
	}
}

// Seekdir goes to an offset that an entry had.
func (h *dirHandle) Seekdir(ctx context.Context, off uint64) syscall.Errno {
	h.next = off
	return 0
}

// namesHandle is a dirHandle that answers with names alone when the kernel asks for
// attributes along with them, as it does on the first read of each directory:
// those of a photo would cost a download.
type namesHandle struct{ dirHandle }

var _ = (fusefs.FileLookuper)((*namesHandle)(nil))

func (*namesHandle) Lookup(context.Context, string, *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	return nil, syscall.ENOENT
}
