package fs

import (
	"slices"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// Changed makes the kernel look again at what it keeps of records of a module:
// those that were added, those whose name, time or photo changed, and those that
// were removed. What the kernel never saw costs nothing.
//
// https://docs.kernel.org/filesystems/fuse (FUSE_NOTIFY_INVAL_ENTRY)
func (s *Server) Changed(m bigin.Module, added, changed, removed []bigin.RecordID) {
	if dir := s.top.modules[m]; dir != nil {
		for _, id := range removed {
			if child := dir.GetChild(id.String()); child != nil {
				child.NotifyContent(0, 0)
				dir.NotifyEntry(id.String())
			}
		}
		for _, id := range changed {
			if child := dir.GetChild(id.String()); child != nil {
				child.Operations().(*record).changed()
			}
		}
		if len(added)+len(removed) > 0 {
			dir.NotifyContent(0, 0)
		}
	}
	if dir := s.top.byNames[m]; dir != nil {
		for _, id := range slices.Concat(removed, changed) {
			dir.forget(id)
		}
		dir.NotifyContent(0, 0)
	}
}

// changed makes the kernel ask for the attributes of a record again, list it and
// look up its photo.
func (r *record) changed() {
	r.NotifyContent(0, 0)
	r.forgetPhoto()
}

// forgetPhoto makes the kernel look up the photo again.
func (r *record) forgetPhoto() {
	r.NotifyEntry(photoName)
	r.forgetByName()
}

// forgetByName makes the kernel look up the photo again in by-name, if it is
// there itself.
func (r *record) forgetByName() {
	if r.ByName == NameFiles {
		r.byNames[r.module].forget(r.id)
	}
}

// forget makes the kernel look up the name of a record again.
func (d *byName) forget(id bigin.RecordID) {
	if name, ok := d.names.known(id); ok && d.GetChild(name) != nil {
		d.NotifyEntry(name)
	}
}

// forgetting is how long an operation waits for the kernel to forget something.
const forgetting = 100 * time.Millisecond

// forgetName makes the kernel look up the photo again, and so find its current
// version: whoever was told that it changed opens it again the next moment.
func (p *photo) forgetName() { soon(p.dir.forgetPhoto) }

// soon makes the kernel forget something before the next operation can need it.
// The kernel may hold the lock of a directory, or of a page that is being read,
// while it waits for another answer of ours, so this does not wait for it
// forever. What is being read has reached us anyhow.
func soon(forget func()) {
	forgotten := make(chan struct{})
	go func() {
		forget()
		close(forgotten)
	}()
	select {
	case <-forgotten:
	case <-time.After(forgetting):
	}
}
