package fs

import (
	"slices"

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
