package fs

import (
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// photo is one version of a photo: its bytes never change.
type photo struct {
	fusefs.Inode
	*tree
	dir     *record
	version uint32 // number of the version
	size    int64
	mime    string
	arrival atomic.Pointer[arrival]
	failure atomic.Pointer[readFailure] // the latest
}

// arrival is the latest download of a photo.
type arrival struct {
	version *bigin.Version // nil if only the size is known
	fresh   bool           // whether the bytes may be shown as they are
	fetched time.Time
	source  string
}

var (
	_ = (fusefs.NodeGetattrer)((*photo)(nil))
	_ = (fusefs.NodeOpener)((*photo)(nil))
	_ = (fusefs.NodeReader)((*photo)(nil))
	_ = (fusefs.NodeFlusher)((*photo)(nil))
	_ = (fusefs.NodeGetxattrer)((*photo)(nil))
	_ = (fusefs.NodeListxattrer)((*photo)(nil))
	_ = (fusefs.NodeStatfser)((*photo)(nil))
)

// arrived notes a download that was asked for at that time.
func (p *photo) arrived(content *bigin.Photo, asked time.Time) {
	p.arrival.Store(&arrival{
		version: content.Version(), fresh: true,
		fetched: content.Fetched(), source: source(content.Fetched(), asked),
	})
	p.dir.saw(p.version, content.Version())
}
