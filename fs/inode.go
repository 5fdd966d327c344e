package fs

import (
	"hash/fnv"
	"math"
	"syscall"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// Inode numbers grow with the id of the record, so that tools that sort by
// inode (cp) walk in the order of the listing, like all others.

// recordAttr identifies the directory of a record. The generation keeps
// modules apart, should they ever share an id.
func recordAttr(m bigin.Module, id bigin.RecordID) fusefs.StableAttr {
	return fusefs.StableAttr{Mode: syscall.S_IFDIR, Ino: uint64(id), Gen: moduleGen(m)}
}

// photoAttr identifies a version of a photo: the first since the directory was
// looked up is number 0, and others get a number that is not that of another
// photo, for all practical purposes.
func photoAttr(m bigin.Module, id bigin.RecordID, version uint32) fusefs.StableAttr {
	ino := uint64(id)
	if version > 0 {
		h := fnv.New64a()
		h.Write([]byte(recordPath(m, id)))
		ino = h.Sum64() + uint64(version)*0x9E3779B97F4A7C15
	}
	return fusefs.StableAttr{Mode: syscall.S_IFREG, Ino: ino | 1<<63, Gen: moduleGen(m)<<32 | uint64(version)}
}

// fixedIno numbers what is always there, counting down from the last that is
// not reserved.
func fixedIno(n int) uint64 { return math.MaxUint64 - 1 - uint64(n) }

func moduleGen(m bigin.Module) uint64 {
	for i, other := range bigin.Modules() {
		if m == other {
			return uint64(i + 1)
		}
	}
	return 0
}
