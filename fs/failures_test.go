package fs

import (
	"fmt"
	"sync"
	"testing"
)

func TestFailures(t *testing.T) {
	var f failures
	if got := f.last(); got == nil || len(got) != 0 {
		t.Errorf("%#v, want an empty list", got)
	}
	for i := range maxFailures + 5 {
		for range 3 {
			f.add(Failure{Op: "read", Path: fmt.Sprint(i), Error: "no"})
		}
	}
	got := f.last()
	if len(got) != maxFailures {
		t.Fatalf("%d are remembered, want %d", len(got), maxFailures)
	}
	for i, one := range got {
		if want := fmt.Sprint(maxFailures + 4 - i); one.Path != want || one.Times != 3 {
			t.Errorf("number %d is %+v, want path %s", i, one, want)
		}
	}
	got[0].Path = "changed"
	if f.last()[0].Path == "changed" {
		t.Error("the list is shared with who asked for it")
	}
	// Only the same in a row is one.
	var g failures
	for _, one := range []Failure{{Op: "read", Path: "a"}, {Op: "list", Path: "a"}, {Op: "read", Path: "a"}, {Op: "read", Path: "a", Error: "other"}, {Op: "read", Path: "b", Error: "other"}} {
		g.add(one)
	}
	if got := g.last(); len(got) != 5 || got[0].Times != 1 {
		t.Errorf("%+v", got)
	}
}

// The stack of a panic is for the log.
func TestFailureIsOneLine(t *testing.T) {
	var f failures
	f.add(Failure{Error: "a bug in this program: boom\ngoroutine 7 [running]:\n…"})
	if got := f.last()[0].Error; got != "a bug in this program: boom" {
		t.Errorf("%q", got)
	}
}

func TestFailuresFromManySides(t *testing.T) {
	var f failures
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 100 {
				f.add(Failure{Path: fmt.Sprint(i, j)})
				f.last()
			}
		})
	}
	all.Wait()
	if n := len(f.last()); n != maxFailures {
		t.Errorf("%d are remembered, want %d", n, maxFailures)
	}
}
