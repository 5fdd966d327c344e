package settings

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What someone else put where the program keeps its things is refused, and
// nobody is waited for.
func TestPrivate(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.Mkdir(at("dir"), 0o700), os.Symlink("dir", at("link")), syscall.Mkfifo(at("pipe"), 0o600),
		os.WriteFile(at("file"), []byte("one\n"), 0o600), os.Symlink("file", at("filelink")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, foreign := range map[string]bool{"dir": false, "new/below": false, "link": true, "pipe": true, "file": true} {
		if err := PrivateDir(at(name)); errors.Is(err, ErrForeign) != foreign || err != nil && !foreign {
			t.Errorf("directory %s: %v", name, err)
		}
	}
	for name, foreign := range map[string]bool{"file": false, "fresh": false, "filelink": true, "pipe": true} {
		f, err := OpenPrivate(at(name))
		if errors.Is(err, ErrForeign) != foreign || err != nil && !foreign {
			t.Errorf("file %s: %v", name, err)
		}
		_ = f.Close()
	}
	if _, err := OpenPrivate(at("dir")); err == nil {
		t.Error("a directory is no log")
	}
	if os.Geteuid() != 0 {
		return // nobody can give away what is his
	}
	for _, name := range []string{"dir", "file"} {
		if err := os.Chown(at(name), 4321, 4321); err != nil {
			t.Fatal(err)
		}
	}
	if err := PrivateDir(at("dir")); !errors.Is(err, ErrForeign) {
		t.Errorf("a directory of another user: %v", err)
	}
	if _, err := OpenPrivate(at("file")); !errors.Is(err, ErrForeign) {
		t.Errorf("a file of another user: %v", err)
	}
}

func TestCheckWritable(t *testing.T) {
	dir := t.TempDir()
	if err := CheckWritable(filepath.Join(dir, "new")); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{filepath.Join(dir, "file"), "/proc/biginfs"} {
		if err := CheckWritable(bad); err == nil {
			t.Errorf("%s can be written to", bad)
		}
	}
	left, err := os.ReadDir(filepath.Join(dir, "new"))
	if err != nil || len(left) != 0 {
		t.Errorf("%v is left: %v", left, err)
	}
}
