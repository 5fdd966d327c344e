package cache

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// quiet is a log, and what was written to it.
func quiet() (*slog.Logger, *bytes.Buffer) {
	var log bytes.Buffer
	return slog.New(slog.NewTextHandler(&log, nil)), &log
}

func sizesAt(t *testing.T, file string) *sizes {
	t.Helper()
	log, said := quiet()
	t.Cleanup(func() {
		if said.Len() > 0 {
			t.Errorf("the log says: %s", said)
		}
	})
	return openSizes(file, log)
}

var (
	someTime   = time.Date(2025, 3, 14, 15, 9, 26, 0, time.UTC)
	someRecord = bigin.Record{ID: 7, Image: 1<<64 - 1, Modified: someTime}
	somePhoto  = bigin.NewPhoto([]byte("\xff\xd8\xff\xe0 and more"))
)

func TestSizesOutliveTheProcess(t *testing.T) {
	file := filepath.Join(t.TempDir(), "not", "there yet", "sizes")
	undated := bigin.Record{ID: 8, Image: 1}
	unknown := bigin.NewPhoto([]byte{})
	s := sizesAt(t, file)
	s.put("Contacts/7", someRecord, somePhoto)
	s.put("Accounts/8", undated, somePhoto)
	s.put("Accounts/9", undated, unknown)
	s.close()
	s = sizesAt(t, file)
	for key, r := range map[string]bigin.Record{"Contacts/7": someRecord, "Accounts/8": undated} {
		if v, ok := s.get(key, r); !ok || v.bytes != somePhoto.Size() || v.mime != "image/jpeg" {
			t.Errorf("%s: %+v, %t", key, v, ok)
		}
	}
	if _, ok := s.get("Accounts/9", undated); ok {
		t.Error("the size 0 is remembered, which no photo has")
	}
	if _, ok := s.get("Contacts/8", undated); ok {
		t.Error("a record of another module has the size")
	}
}

// A size counts for the very record it was seen with.
func TestSizesOfWhatChanged(t *testing.T) {
	s := sizesAt(t, filepath.Join(t.TempDir(), "sizes"))
	s.put("Contacts/7", someRecord, somePhoto)
	image, earlier, later, undated := someRecord, someRecord, someRecord, someRecord
	image.Image--
	earlier.Modified = someTime.Add(-time.Second)
	later.Modified = someTime.Add(time.Second)
	undated.Modified = time.Time{}
	for what, r := range map[string]bigin.Record{"another image": image, "an earlier time": earlier, "a later time": later, "no time": undated} {
		if v, ok := s.get("Contacts/7", r); ok {
			t.Errorf("with %s it is %+v", what, v)
		}
	}
	s.put("Contacts/7", later, bigin.NewPhoto([]byte("GIF89a")))
	if v, ok := s.get("Contacts/7", later); !ok || v.bytes != 6 || v.mime != "image/gif" {
		t.Errorf("after the change: %+v, %t", v, ok)
	}
	if _, ok := s.get("Contacts/7", someRecord); ok {
		t.Error("the size before the change is still there")
	}
}

// A file that is broken, or something else altogether, costs calls and nothing
// else. What can be read of it counts.
func TestSizesFileThatIsBroken(t *testing.T) {
	line := fmt.Sprintf("Contacts/7 ffffffffffffffff %d 99 image/png 1\n", someTime.Unix())
	for what, c := range map[string]struct {
		text string
		ok   bool
	}{
		"nothing":        {"", false},
		"the line":       {line, true},
		"no line end":    {strings.TrimSpace(line), true},
		"Windows":        {strings.ReplaceAll(line, "\n", "\r\n"), true},
		"before it":      {"\x00\x01\xff\n\n   \nContacts/7\nContacts/7 x y z\n" + line, true},
		"after it":       {line + "Contacts/8 1 2", true},
		"one too few":    {fmt.Sprintf("Contacts/7 ffffffffffffffff %d 99 image/png\n", someTime.Unix()), false},
		"no size":        {strings.Replace(line, " 99 ", " 0 ", 1), false},
		"negative":       {strings.Replace(line, " 99 ", " -99 ", 1), false},
		"too large":      {strings.Replace(line, " 99 ", " 99999999999999999999 ", 1), false},
		"half a number":  {strings.Replace(line, " 99 ", " 9x9 ", 1), false},
		"JSON":           {`{"Contacts/7": 99}`, false},
		"a long line":    {strings.Repeat("x", 1<<20) + "\n", false},
		"before a long":  {line + strings.Repeat("x", 1<<20) + "\n", true},
		"another binary": {"\x7fELF" + strings.Repeat("\x00", 9000), false},
	} {
		file := filepath.Join(t.TempDir(), "sizes")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := sizesAt(t, file)
		if v, ok := s.get("Contacts/7", someRecord); ok != c.ok || ok && (v.bytes != 99 || v.mime != "image/png") {
			t.Errorf("%s: %+v, %t", what, v, ok)
		}
		s.put("Contacts/8", someRecord, somePhoto)
		s.close()
		if _, ok := sizesAt(t, file).get("Contacts/8", someRecord); !ok {
			t.Errorf("%s: it stays broken", what)
		}
	}
}

// Nobody else can read the file, and nothing of it stays half written.
func TestSizesFileIsPrivateAndWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	file := filepath.Join(dir, "default.sizes")
	s := sizesAt(t, file)
	s.close()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("a file is written though there is nothing to remember")
	}
	for range 3 {
		s.put("Contacts/7", someRecord, somePhoto)
		s.close()
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, file: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want mode %v", path, info, err, want)
		}
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("beside the file there is something: %v, %v", list, err)
	}
}

// Where nothing can be written or read, the log says so once and the mount goes on.
func TestSizesWithoutAPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	log, said := quiet()
	s := openSizes(filepath.Join(file, "sizes"), log)
	if !strings.Contains(said.String(), "not remembered from before") {
		t.Errorf("the log says %q", said)
	}
	said.Reset()
	s.put("Contacts/7", someRecord, somePhoto)
	if _, ok := s.get("Contacts/7", someRecord); !ok {
		t.Error("this process does not remember it either")
	}
	s.close()
	if !strings.Contains(said.String(), "could not be kept") {
		t.Errorf("the log says %q", said)
	}
}

// The number is bounded, and what was of use last stays.
func TestSizesAreBounded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sizes")
	var text strings.Builder
	const used = 1_000_000
	for i := range maxSizes + 50_000 {
		fmt.Fprintf(&text, "Contacts/%d %x %d 99 image/png %d\n", i, someRecord.Image, someTime.Unix(), used+i)
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	s := sizesAt(t, file)
	if n := len(s.known); n != maxSizes {
		t.Errorf("%d are remembered, want %d", n, maxSizes)
	}
	if _, ok := s.get("Contacts/3", someRecord); !ok { // the oldest but three, until now
		t.Error("one of the first is not there")
	}
	s.put("Products/1", someRecord, somePhoto)
	s.close()
	s = sizesAt(t, file)
	if n := len(s.known); n > maxSizes || n < maxSizes/2 {
		t.Errorf("%d are remembered, want at most %d", n, maxSizes)
	}
	for key, want := range map[string]bool{
		"Products/1": true, "Contacts/3": true, fmt.Sprintf("Contacts/%d", maxSizes-1): true,
		"Contacts/0": false, "Contacts/1": false,
	} {
		if _, ok := s.get(key, someRecord); ok != want {
			t.Errorf("%s is remembered: %t, want %t", key, ok, want)
		}
	}
}

// Without a file nothing is remembered, and nothing is needed for that.
func TestNoSizes(t *testing.T) {
	var s *sizes
	s.put("Contacts/7", someRecord, somePhoto)
	if _, ok := s.get("Contacts/7", someRecord); ok {
		t.Error("it is remembered")
	}
	s.close()
}
