package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/integration_test/need"
)

// The directory of a test is below one that everybody may write to, which is
// sticky. So it is safe.
func TestPlacesThatAreRefused(t *testing.T) {
	needsRoot := func(do func(dir string) error) func(string) error {
		if os.Getuid() != 0 {
			return nil
		}
		return do
	}
	for _, c := range []struct {
		name string
		make func(dir string) error // where dir is the directory to be
		want string                 // what to do about it
	}{
		{"others may write", func(dir string) error { return mkdir(dir, 0o722) }, "chmod go-rwx"},
		{"the group may write", func(dir string) error { return mkdir(dir, 0o770) }, "chmod go-rwx"},
		{"a symbolic link", func(dir string) error {
			return errors.Join(mkdir(dir+".real", 0o700), os.Symlink(dir+".real", dir))
		}, "name the directory that it leads to"},
		{"a link that leads nowhere", func(dir string) error { return os.Symlink("nowhere", dir) }, "name the directory that it leads to"},
		{"of another user", needsRoot(func(dir string) error { return errors.Join(mkdir(dir, 0o700), os.Chown(dir, 1234, 1234)) }), "choose a directory of that user"},
		{"below a directory of all", func(dir string) error { return mkdir(filepath.Dir(dir), 0o777) }, "chmod go-w"},
		{"below one of the group", func(dir string) error { return mkdir(filepath.Dir(dir), 0o770) }, "chmod go-w"},
		{"below one of another user", needsRoot(func(dir string) error { return os.Chown(filepath.Dir(dir), 1234, -1) }), "choose one elsewhere"},
		{"below another's link", needsRoot(func(dir string) error {
			up := filepath.Dir(dir)
			return errors.Join(os.Remove(up), mkdir(up+".real", 0o700), os.Symlink(up+".real", up), os.Lchown(up, 1234, 1234))
		}), "choose one elsewhere"},
		{"below a link to a directory of all", func(dir string) error {
			up := filepath.Dir(dir)
			return errors.Join(os.Remove(up), mkdir(up+".real", 0o777), os.Symlink(up+".real", up))
		}, "chmod go-w"},
		{"the account's is open to others", func(dir string) error {
			return errors.Join(mkdir(dir, 0o700), mkdir(filepath.Join(dir, accountName("somebody")), 0o755))
		}, "chmod go-rwx"},
		{"the account's is a link", func(dir string) error {
			return errors.Join(mkdir(dir, 0o700), os.Symlink(".", filepath.Join(dir, accountName("somebody"))))
		}, "remove it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.make == nil {
				need.Root(t) // to give a directory away
			}
			dir := filepath.Join(t.TempDir(), "up", "cache")
			if err := errors.Join(mkdir(filepath.Dir(dir), 0o700), c.make(dir)); err != nil {
				t.Fatal(err)
			}
			_, err := Open(Options{Dir: dir, Size: 1e6, Account: "somebody"})
			if !errors.Is(err, ErrUnsafe) || !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("%v, want a refusal that says: %s", err, c.want)
			}
			ofAccount := strings.HasPrefix(c.name, "the account's")
			if err := Remove(t.Context(), dir, "somebody"); exists(dir) && !ofAccount && !errors.Is(err, ErrUnsafe) {
				t.Errorf("removing there: %v", err)
			}
		})
	}
}

func TestPlacesThatAreTaken(t *testing.T) {
	for name, prepare := range map[string]func(dir string) error{
		"nothing there":           func(string) error { return nil },
		"others may look":         func(dir string) error { return mkdir(dir, 0o755) },
		"there are three to make": func(dir string) error { return os.Remove(filepath.Dir(dir)) },
		"below a link of mine": func(dir string) error {
			up := filepath.Dir(dir)
			return errors.Join(os.Remove(up), mkdir(up+".real", 0o700), os.Symlink(up+".real", up))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "up", "cache")
			if err := errors.Join(mkdir(filepath.Dir(dir), 0o700), prepare(dir)); err != nil {
				t.Fatal(err)
			}
			p := open(t, dir, 10e6)
			p.keep(t, 1000, 1)
			if !p.has(t, 1) {
				t.Error("nothing is kept")
			}
		})
	}
}

// A file in place of the directory is a usage error.
func TestPlaceThatIsNoDirectory(t *testing.T) {
	dir := place(t)
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{dir, filepath.Join(dir, "below")} {
		if _, err := Open(Options{Dir: dir, Size: 1e6}); !errors.Is(err, syscall.ENOTDIR) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%v, want ENOTDIR", err)
		}
	}
}

func mkdir(path string, mode os.FileMode) error {
	if err := os.MkdirAll(path, mode); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
