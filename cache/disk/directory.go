package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// directory is an open cache directory and, in it, that of one account. Renaming
// either changes nothing here.
type directory struct {
	all     *os.Root
	own     *os.Root
	account string // name of own
}

const maxFile = 1 << 30 // bytes; Bigin takes photos of a few MB

// openDirectory opens the directory, and makes it if it is not there.
func openDirectory(dir, account string) (_ *directory, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("cache directory: %w", err)
		}
	}()
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if err := checkPlace(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	all, err := openChecked(dir)
	if err != nil {
		return nil, err
	}
	d := &directory{all: all, account: accountName(account)}
	if d.own, err = d.openAccount(dir); err != nil {
		_ = all.Close()
		return nil, err
	}
	return d, nil
}

// openChecked opens the directory that checkPlace finds safe, and no other.
func openChecked(dir string) (*os.Root, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	opened, err := root.Stat(".")
	if err == nil {
		err = checkPlace(dir)
	}
	if err == nil {
		var named fs.FileInfo
		if named, err = os.Lstat(dir); err == nil && !os.SameFile(opened, named) {
			err = fmt.Errorf("%w: %s was replaced just now", ErrUnsafe, dir)
		}
	}
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	return root, nil
}

// tag keeps backups from copying the photos.
//
// https://bford.info/cachedir/
const tag = "Signature: 8a477f597d28d172789f06886806bc55\n# Photos that biginfs can fetch again.\n"

func (d *directory) openAccount(dir string) (*os.Root, error) {
	switch err := d.all.Mkdir(d.account, 0o700); {
	case err == nil:
		_ = d.all.WriteFile(d.account+"/CACHEDIR.TAG", []byte(tag), 0o600) // without it backups are larger
	case !errors.Is(err, fs.ErrExist):
		return nil, err
	}
	info, err := d.all.Lstat(d.account)
	path := filepath.Join(dir, d.account)
	switch {
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%w: %s is not a directory; remove it", ErrUnsafe, path)
	}
	if err := checkOwn(path, info, 0o077); err != nil {
		return nil, err
	}
	return d.all.OpenRoot(d.account)
}

func (d *directory) close() {
	_ = d.own.Close()
	_ = d.all.Close()
}

// key is what a file says that it is.
func (d *directory) key(f file) string { return d.account + "/" + f.name() }

// read returns the photo in a file. The errors are fs.ErrNotExist, errDamaged
// and those of the disk.
func (d *directory) read(f file) (b []byte, fetched time.Time, err error) {
	r, err := d.own.OpenFile(f.path(), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fetched, err
	}
	defer r.Close()
	info, err := r.Stat()
	switch {
	case err != nil:
		return nil, fetched, err
	case !info.Mode().IsRegular(), info.Size() > maxFile:
		return nil, fetched, fmt.Errorf("%w: %s", errDamaged, info.Mode())
	}
	text := make([]byte, info.Size())
	if _, err := io.ReadFull(r, text); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("%w: it was cut just now", errDamaged)
		}
		return nil, fetched, err
	}
	if b, fetched, err = parse(text, d.key(f)); err == nil {
		now := time.Now()
		_ = d.own.Chtimes(f.path(), now, now) // if that fails, the file goes sooner
	}
	return b, fetched, err
}

// temporary is what a file is called until it is whole. Only the holder of the
// lock writes one, so any other was left behind.
const temporary = "temporary"

// create writes a file, whole or not at all, and returns how many bytes of
// disk it took. The caller has the lock.
func (d *directory) create(f file, b []byte, fetched time.Time) (took int64, err error) {
	_ = d.own.Remove(temporary)
	w, err := d.own.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	h := header(d.key(f), b, fetched)
	_, err = w.Write(h)
	if err == nil {
		_, err = w.Write(b)
	}
	if e := w.Close(); err == nil {
		err = e
	}
	took = onDisk(int64(len(h) + len(b)))
	if err == nil {
		now := time.Now()
		_ = d.own.Chtimes(temporary, now, now) // to the nanosecond: the kernel's own time moves in larger steps
		if e := d.own.Mkdir(f.shard(), 0o700); e == nil {
			took += block
		}
		err = d.own.Rename(temporary, f.path())
	}
	if err != nil {
		_ = d.own.Remove(temporary)
		return 0, err
	}
	return took, nil
}

// version is a file of a record.
type version struct {
	path string
	size int64 // on disk
}

// versions returns what is there of the record.
func (d *directory) versions(f file) ([]version, error) {
	names, err := readNames(d.own, f.shard())
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return nil, err
	}
	var all []version
	for _, name := range names {
		if !strings.HasPrefix(name, f.prefix()) {
			continue
		}
		path := f.shard() + "/" + name
		if info, err := d.own.Lstat(path); err == nil {
			all = append(all, version{path, onDisk(info.Size())})
		}
	}
	return all, nil
}

func readNames(root *os.Root, dir string) ([]string, error) {
	f, err := root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// Remove removes the photos of an account from a directory. It is no error if
// there are none.
func Remove(ctx context.Context, dir, account string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	all, err := openChecked(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove the photos in %s: %w", dir, err)
	}
	defer all.Close()
	name := accountName(account)
	if _, err := all.Lstat(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	err = locked(ctx, all, func(l *ledger) error {
		return errors.Join(l.save(usage{bytes: -1}), all.RemoveAll(name)) // to be counted again
	})
	if err != nil {
		return fmt.Errorf("remove the photos in %s: %w", dir, err)
	}
	return nil
}
