package bigin

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/google/renameio/v2"
)

const maxTokenFile = 16 << 10 // bytes

var (
	errReadable   = errors.New("its mode lets other users read or change it")
	errNotRegular = errors.New("not a regular file")
	errNotOurs    = errors.New("it belongs to another user")
	errGarbled    = errors.New("not an access token")
)

// readFile returns what the token file holds, or nil if there is none. A file
// that somebody else could have written is an error.
func (s *TokenSource) readFile() ([]byte, error) {
	if s.opts.File == "" {
		return nil, nil
	}
	if checkDir(filepath.Dir(s.opts.File)) != nil {
		return nil, nil // writeFile tells
	}
	f, err := openOwn(s.opts.File, os.O_RDONLY)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Mode().Perm()&0o077 != 0 {
		return nil, errors.Join(err, &os.PathError{Op: "read", Path: s.opts.File, Err: errReadable})
	}
	b, err := io.ReadAll(io.LimitReader(f, maxTokenFile))
	if b == nil {
		b = []byte{} // an empty file is not a missing one
	}
	return b, err
}

// writeFile replaces the token file atomically, so that nobody reads half of it.
// Taking the lock has made the directory.
func (s *TokenSource) writeFile(b []byte) error {
	if s.opts.File == "" {
		return nil
	}
	dir := filepath.Dir(s.opts.File)
	if err := checkDir(dir); err != nil {
		return err
	}
	f, err := renameio.TempFile(dir, s.opts.File) // 0600
	if err != nil {
		return err
	}
	defer f.Cleanup()
	if _, err := f.Write(b); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}

// openOwn opens a regular file of this user. It follows no symbolic link and
// waits for nothing.
func openOwn(name string, flags int) (*os.File, error) {
	f, err := os.OpenFile(name, flags|openFlags, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errNotRegular
	case !ours(info):
		err = errNotOurs
	}
	if err != nil {
		_ = f.Close()
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return f, nil
}

// checkDir refuses a directory in which others could put another file in the
// place of ours.
func checkDir(name string) error {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		err = syscall.ENOTDIR
	case !ours(info):
		err = errNotOurs
	case info.Mode().Perm()&0o022 != 0:
		err = errReadable
	default:
		return nil
	}
	return &os.PathError{Op: "use", Path: name, Err: err}
}
