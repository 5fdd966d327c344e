package fs

import (
	"github.com/biginfs/biginfs/bigin"
)

// Changed makes the kernel look again at what it keeps of these records of a
// module: at those that were added, those whose name, time or photo changed,
// and those that were removed. What the kernel never saw costs nothing.
//
// https://docs.kernel.org/filesystems/fuse (FUSE_NOTIFY_INVAL_ENTRY)
func (s *Server) Changed(m bigin.Module, added, changed, removed []bigin.RecordID) {
	top := s.top
	if dir := top.GetChild(string(m)); dir != nil {
		for _, id := range removed {
			if child := dir.GetChild(id.String()); child != nil {
				child.NotifyContent(0, 0)
				dir.NotifyEntry(id.String())
			}
		}
		for _, id := range changed {
			if child := dir.GetChild(id.String()); child != nil {
				child.Operations().(*record).changed()
				dir.NotifyEntry(id.String())
			}
		}
		if len(added)+len(removed) > 0 {
			dir.NotifyContent(0, 0)
		}
	}
	if names := top.GetChild(byNameDir); names != nil {
		if dir := names.GetChild(string(m)); dir != nil {
			dir.NotifyContent(0, 0)
		}
	}
}

// changed makes the kernel list and look up the photo of a record again.
func (r *record) changed() {
	r.NotifyContent(0, 0)
	r.NotifyEntry(photoName)
}
