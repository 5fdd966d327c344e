package fs

import (
	"sync"

	"github.com/biginfs/biginfs/bigin"
)

// walk recognises programs that look up one entry after the other, as ls -l does.
// While the kernel keeps the names of a directory, each of them is a LOOKUP of its
// own. When it has to read the names again it asks for their attributes with them,
// a hundred and more at once, since it has noticed these lookups too.
//
// https://github.com/torvalds/linux/blob/master/fs/fuse/readdir.c (fuse_use_readdirplus)
type walk struct {
	mu      sync.Mutex
	names   bool           // whether the kernel keeps the names
	last    bigin.RecordID // that was looked up
	inOrder int            // lookups so far
}

// steps is how many lookups in order are a walk.
const steps = 32

// listed notes that the kernel reads the directory from its start.
func (w *walk) listed() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names, w.inOrder = true, 0
}

// wantsAttributes notes a lookup, and reports whether the kernel had better read
// the names again: once per reading of the directory.
func (w *walk) wantsAttributes(id bigin.RecordID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id <= w.last {
		w.inOrder = 0
	}
	w.last = id
	w.inOrder++
	if !w.names || w.inOrder < steps {
		return false
	}
	w.names = false
	return true
}
