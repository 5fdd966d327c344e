package fs

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// photoName is the one name in the directory of a record. The photo may be a JPEG,
// PNG, GIF or BMP; programs look at the bytes.
const photoName = "photo.jpg"

// record is the directory of a record: its photo, or nothing.
type record struct {
	fusefs.Inode
	*tree
	module bigin.Module
	id     bigin.RecordID
	asked  time.Time // when it was looked up first

	*shown
	kept   atomic.Int32 // what the kernel keeps of the directory
	making sync.Mutex   // the node of a photo
}

var (
	_ = (fusefs.NodeGetattrer)((*record)(nil))
	_ = (fusefs.NodeLookuper)((*record)(nil))
	_ = (fusefs.NodeOpendirHandler)((*record)(nil))
	_ = (fusefs.NodeGetxattrer)((*record)(nil))
	_ = (fusefs.NodeOnForgetter)((*record)(nil))
)

// OnForget is called once the kernel knows neither the record nor its photo.
func (r *record) OnForget() { r.modules[r.module].forgotten.keep(r.id, r.shown) }
