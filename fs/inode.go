package fs

import (
	"fmt"
	"hash/fnv"
	"math"
	"syscall"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// Inode numbers grow with the id of the record, so that tools that sort by
// inode (cp) walk in the order of the listing, as all others do.

// rootAttr identifies the root. go-fuse would number it 0, which some programs
// take for a deleted file.
func rootAttr() *fusefs.StableAttr { return &fusefs.StableAttr{Ino: fuse.FUSE_ROOT_ID} }

// recordAttr identifies the directory of a record. The generation keeps modules
// apart should they ever share an id.
func recordAttr(m bigin.Module, id bigin.RecordID) fusefs.StableAttr {
	return fusefs.StableAttr{Mode: syscall.S_IFDIR, Ino: uint64(id), Gen: moduleGen(m)}
}

// linkAttr identifies the link with the name of a record.
func linkAttr(m bigin.Module, id bigin.RecordID) fusefs.StableAttr {
	return fusefs.StableAttr{Mode: syscall.S_IFLNK, Ino: uint64(id) | 1<<63, Gen: moduleGen(m)}
}

// photoAttr identifies a version of a photo. Versions are counted by the node of
// the record, so the generation keeps those of different nodes apart. A photo is
// alone in its directory, so its number need not be in any order, only unique for
// all practical purposes.
func photoAttr(m bigin.Module, id bigin.RecordID, version uint32, node uint64) fusefs.StableAttr {
	h := fnv.New64a()
	fmt.Fprint(h, photoPath(m, id), version)
	return fusefs.StableAttr{Mode: syscall.S_IFREG, Ino: h.Sum64(), Gen: node<<32 | uint64(version)}
}

// fixedIno numbers the entries that are always there, counting down from the
// highest number that is not reserved.
func fixedIno(n int) uint64 { return math.MaxUint64 - 1 - uint64(n) }

func moduleGen(m bigin.Module) uint64 {
	for i, other := range bigin.Modules() {
		if m == other {
			return uint64(i + 1)
		}
	}
	return 0
}
