package bigin

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"unsafe"
)

// A buffer for a photo is memory that the kernel may map in huge pages.
func TestBuffersAreInHugePages(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); errors.Is(err, fs.ErrNotExist) {
		return // the kernel has none
	}
	for _, size := range []int64{60_000, 1_000_000, 100 << 20} {
		b := NewBuffer(size)
		if int64(len(b)) != size || bytes.Count(b[:min(size, 1<<20)], []byte{0}) != int(min(size, 1<<20)) {
			t.Errorf("not %d zeros", size)
		}
		for _, at := range []*byte{&b[0], &b[size-1]} {
			if flags := flagsOf(t, uintptr(unsafe.Pointer(at))); !strings.Contains(flags+" ", " hg ") {
				t.Errorf("a buffer of %d bytes is in memory with the flags %q", size, flags)
			}
		}
	}
}

// flagsOf are those of the mapping that an address is in.
func flagsOf(t *testing.T, address uintptr) string {
	t.Helper()
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	inside := false
	for line := range strings.Lines(string(smaps)) {
		var begin, end uintptr
		if _, err := fmt.Sscanf(line, "%x-%x ", &begin, &end); err == nil {
			inside = begin <= address && address < end
		}
		if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && inside {
			return strings.TrimRight(flags, "\n")
		}
	}
	t.Fatalf("nothing is mapped at %x", address)
	return ""
}
