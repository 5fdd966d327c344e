package fs

import (
	"context"
	"fmt"
	"syscall"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// entry is an entry of a directory.
type entry struct {
	fuse.DirEntry
	position uint64 // in the directory; not 0, which is the start
	hidden   bool   // a record without a photo, which has no name to show
}

// entryFunc returns the entry after a position. ok is false only if there is
// certainly none. It waits until ctx is done.
type entryFunc func(ctx *call, after uint64) (e entry, ok bool, err error)

// dirHandle is an open directory. "." and ".." come first. The offset of an entry
// is its position, counted on from theirs. It means the same in every handle, so
// the kernel may read on with another one.
//
// A request for entries is one operation: it waits for the first entry, and of
// those after it takes what is there. So a reader has the first names as soon as
// possible, and no request waits for several pages.
type dirHandle struct {
	tree  *tree
	dots  []fuse.DirEntry
	entry entryFunc
	fail  func(error) syscall.Errno
	next  uint64 // offset to read on from

	request context.Context // the latest
	given   bool            // whether it was given an entry
	first   *found          // what comes after the dots, once that is known and until it is given
}

// found is what an entryFunc returned.
type found struct {
	entry
	ok bool
}

var (
	_ = (fusefs.FileReaddirenter)((*dirHandle)(nil))
	_ = (fusefs.FileSeekdirer)((*dirHandle)(nil))
)

func newDirHandle(dir *fusefs.Inode, t *tree, entry entryFunc, fail func(error) syscall.Errno) *dirHandle {
	up := dir
	if _, parent := dir.Parent(); parent != nil {
		up = parent
	}
	return &dirHandle{
		dots: []fuse.DirEntry{
			{Name: ".", Mode: syscall.S_IFDIR, Ino: dir.StableAttr().Ino},
			{Name: "..", Mode: syscall.S_IFDIR, Ino: up.StableAttr().Ino},
		},
		tree: t, entry: entry, fail: fail,
	}
}

// fixedEntries serves a list.
func fixedEntries(list []fuse.DirEntry) entryFunc {
	return func(_ *call, after uint64) (entry, bool, error) {
		if after >= uint64(len(list)) {
			return entry{}, false, nil
		}
		return entry{DirEntry: list[after], position: after + 1}, true, nil
	}
}

// Readdirent returns the next entry, or nil at the end and where no more is there
// yet: the kernel asks again until a request brings nothing.
func (h *dirHandle) Readdirent(ctx context.Context) (*fuse.DirEntry, syscall.Errno) {
	if h.request != ctx {
		h.request, h.given = ctx, false
	}
	dots := uint64(len(h.dots))
	if h.next == 0 && h.first == nil { // told after the dots, an error would have to be met twice
		first, err := h.after(0)
		if err != nil {
			return nil, h.fail(err)
		}
		h.first = &first
	}
	if h.next < dots {
		e := h.dots[h.next]
		h.next++
		e.Off = h.next
		return &e, 0
	}
	f, err := h.following()
	switch {
	case err != nil && !h.given:
		return nil, h.fail(err)
	case err != nil, !f.ok:
		return nil, 0
	}
	h.next, h.given = f.position+dots, true
	f.Off = h.next
	return &f.DirEntry, 0
}

// following returns the next entry after the dots.
func (h *dirHandle) following() (found, error) {
	if first := h.first; first != nil {
		h.first = nil
		return *first, nil
	}
	return h.after(h.next - uint64(len(h.dots)))
}

// after returns the entry to be shown after a position. It waits for it unless the
// request was given one.
func (h *dirHandle) after(position uint64) (f found, err error) {
	call, end := h.tree.begin(h.request)
	defer end()
	if h.given {
		call.timeout = 0
	}
	for hidden := 0; ; hidden++ {
		f.entry, f.ok, err = h.entry(call, position)
		switch {
		case err != nil && hidden > 0:
			return found{}, fmt.Errorf("after %d records without a photo, from where the next try goes on: %w", hidden, err)
		case err != nil, !f.ok, !f.hidden:
			return f, err
		}
		position = f.position
	}
}

// Seekdir goes to an offset that an entry had.
func (h *dirHandle) Seekdir(ctx context.Context, off uint64) syscall.Errno {
	h.next, h.first = off, nil
	return 0
}

// listHandle is a dirHandle that asks for nothing when the kernel wants attributes
// along with the names, as it does on the first read of each directory: those of a
// photo would cost a download, and those of a record that is out of date a call.
type listHandle struct {
	dirHandle
	attributes func(ctx context.Context, name string, out *fuse.EntryOut) *fusefs.Inode // nil where the name is all that is known
}

var _ = (fusefs.FileLookuper)((*listHandle)(nil))

// Lookup is asked for the entries that the handle lists. On an error the kernel
// takes the name alone.
func (h *listHandle) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fusefs.Inode, syscall.Errno) {
	if node := h.attributes(ctx, name, out); node != nil {
		return node, 0
	}
	return nil, syscall.ENOENT
}

// namesAlone are the attributes of entries that have none to be told.
func namesAlone(context.Context, string, *fuse.EntryOut) *fusefs.Inode { return nil }
