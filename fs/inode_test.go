package fs

import (
	"math"
	"testing"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
)

// The inodes of records and links grow with the id, and none has the number of
// another.
func TestInodes(t *testing.T) {
	type key struct{ ino, gen uint64 }
	seen := map[key]string{}
	add := func(what string, a fusefs.StableAttr) {
		if a.Ino <= 1 || a.Ino == math.MaxUint64 {
			t.Errorf("the inode of %s is %d, which is reserved", what, a.Ino)
		}
		if other, ok := seen[key{a.Ino, a.Gen}]; ok {
			t.Errorf("%s has the inode of %s", what, other)
		}
		seen[key{a.Ino, a.Gen}] = what
	}
	for i := range 20 {
		add("what is fixed", fusefs.StableAttr{Ino: fixedIno(i)})
	}
	for _, m := range bigin.Modules() {
		var before fusefs.StableAttr
		for _, id := range []bigin.RecordID{2, 3, 2034020000000489033, 2034020000000489034, 9_200_000_000_000_000_000} {
			record, link := recordAttr(m, id), linkAttr(m, id)
			if record.Ino <= before.Ino {
				t.Errorf("the inode of %v is not beyond the one before", id)
			}
			before = record
			add(recordPath(m, id), record)
			add("the link of "+recordPath(m, id), link)
			for version := range uint32(3) {
				add(photoPath(m, id), photoAttr(m, id, version+1, 7))
			}
		}
		if a, b := linkAttr(m, 7), linkAttr(m, 8); a.Ino >= b.Ino {
			t.Error("the inodes of links do not grow with the id")
		}
	}
}
