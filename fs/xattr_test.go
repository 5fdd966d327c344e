package fs

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// getxattr(2) and listxattr(2) say how large a value is when asked with no
// room, and ERANGE when there is too little.
func TestAttrValue(t *testing.T) {
	f := facts{"user.b": "value", "user.a": "", factRecordID: "1", factModule: "Contacts"}
	const list = factModule + "\x00" + factRecordID + "\x00"
	for _, c := range []struct {
		name  string
		room  int
		n     uint32
		errno syscall.Errno
		value string
	}{
		{"user.b", 0, 5, 0, ""},
		{"user.b", 4, 5, syscall.ERANGE, ""},
		{"user.b", 5, 5, 0, "value"},
		{"user.b", 100, 5, 0, "value"},
		{"user.a", 0, 0, 0, ""},
		{"user.a", 9, 0, 0, ""},
		{"user.c", 0, 0, syscall.ENODATA, ""},
		{"user.c", 9, 0, syscall.ENODATA, ""},
		{"list", 0, uint32(len(list)), 0, ""},
		{"list", len(list) - 1, uint32(len(list)), syscall.ERANGE, ""},
		{"list", len(list), uint32(len(list)), 0, list},
	} {
		dest := make([]byte, c.room)
		n, errno := f.get(c.name, dest)
		if c.name == "list" {
			n, errno = f.list(dest)
		}
		if n != c.n || errno != c.errno || strings.TrimRight(string(dest), "\x00") != strings.TrimRight(c.value, "\x00") {
			t.Errorf("%s with room for %d: %d, %v, %q, want %+v", c.name, c.room, n, errno, dest, c)
		}
	}
}

func TestSource(t *testing.T) {
	now := time.Now()
	if got := source(now, now.Add(time.Second)); got != fromCache {
		t.Errorf("what was there before it was asked for is from the %s", got)
	}
	if got := source(now.Add(time.Second), now); got != fromNetwork {
		t.Errorf("what came after it was asked for is from the %s", got)
	}
}
