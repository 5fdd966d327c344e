package fs

import (
	"testing"

	"github.com/biginfs/biginfs/bigin"
)

// A walk asks for attributes once for each reading of the names, and lookups in
// no order never do.
func TestWalkWantsAttributesOnce(t *testing.T) {
	var w walk
	wanted := func(ids ...bigin.RecordID) (n int) {
		for _, id := range ids {
			if w.wantsAttributes(id) {
				n++
			}
		}
		return n
	}
	var up, down []bigin.RecordID
	for i := range bigin.RecordID(5 * steps) {
		up, down = append(up, i+1), append(down, 5*steps-i)
	}
	if n := wanted(up...); n != 0 {
		t.Errorf("names that the kernel does not keep: wanted %d times", n)
	}
	w.listed()
	if n := wanted(down...); n != 0 {
		t.Errorf("backwards: wanted %d times", n)
	}
	if n := wanted(append(up, up...)...); n != 1 {
		t.Errorf("two walks: wanted %d times, want 1", n)
	}
	w.listed()
	if n := wanted(up...); n != 1 {
		t.Errorf("a walk after another reading: wanted %d times, want 1", n)
	}
}
