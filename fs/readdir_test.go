package fs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"
	"testing"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// newTestHandle lists entries of which every third is not shown. The errors are
// what comes instead of an entry, one after the other.
func newTestHandle(n int, fail map[int][]error) *dirHandle {
	return &dirHandle{
		tree: &tree{}, dots: []fuse.DirEntry{{Name: "."}, {Name: ".."}},
		entry: func(_ *call, after uint64) (entry, bool, error) {
			i := int(after)
			if errs := fail[i]; len(errs) > 0 {
				fail[i] = errs[1:]
				return entry{}, false, errs[0]
			}
			if i >= n {
				return entry{}, false, nil
			}
			return entry{DirEntry: fuse.DirEntry{Name: fmt.Sprint(i)}, position: after + 1, hidden: i%3 == 2}, true, nil
		},
		fail: toErrno,
	}
}

// rest reads to the end, or to an error, as the kernel does: with one request after
// the other, until one brings nothing.
func (h *dirHandle) rest(t *testing.T) (all []fuse.DirEntry, errno syscall.Errno) {
	t.Helper()
	for {
		request, end := context.WithCancel(t.Context())
		before := len(all)
		for {
			e, errno := h.Readdirent(request)
			if errno != 0 {
				end()
				return all, errno
			}
			if e == nil {
				break
			}
			all = append(all, *e)
		}
		if end(); len(all) == before {
			return all, 0
		}
	}
}

func namesOf(entries []fuse.DirEntry) (names []string) {
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return names
}

// A program that goes back to where an entry was told, by telldir(3), reads on
// from there: all that came then and nothing twice.
func TestDirHandle(t *testing.T) {
	h := newTestHandle(10, nil)
	all, errno := h.rest(t)
	want := []string{".", "..", "0", "1", "3", "4", "6", "7", "9"}
	if got := namesOf(all); !slices.Equal(got, want) || errno != 0 {
		t.Fatalf("%q, %v, want %q", got, errno, want)
	}
	if e, errno := h.Readdirent(t.Context()); e != nil || errno != 0 {
		t.Errorf("after the end comes %v, %v", e, errno)
	}
	for i, e := range all {
		if i > 0 && e.Off <= all[i-1].Off {
			t.Errorf("the offset of %s is not beyond the one before", e.Name)
		}
		if errno := h.Seekdir(t.Context(), e.Off); errno != 0 {
			t.Fatal(errno)
		}
		rest, errno := h.rest(t)
		if got := namesOf(rest); !slices.Equal(got, want[i+1:]) || errno != 0 {
			t.Errorf("after %s come %q, %v, want %q", e.Name, got, errno, want[i+1:])
		}
	}
	_ = h.Seekdir(t.Context(), 0)
	if again, _ := h.rest(t); !slices.Equal(namesOf(again), want) {
		t.Errorf("from the start on: %q", namesOf(again))
	}
}

// A failure is an error and not an end: asking again goes on where it was. What
// fails after an entry is asked for by the next request once more.
func TestDirHandleFails(t *testing.T) {
	broken := errors.New("network")
	h := newTestHandle(4, map[int][]error{0: {context.DeadlineExceeded}, 1: {io.EOF, io.EOF}, 3: {broken, broken}})
	var got []string
	for _, want := range []syscall.Errno{syscall.ETIMEDOUT, syscall.EIO, syscall.EIO, 0} {
		entries, errno := h.rest(t)
		got = append(got, namesOf(entries)...)
		if errno != want {
			t.Errorf("after %q: %v, want %v", got, errno, want)
		}
	}
	if want := []string{".", "..", "0", "1", "3"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
