package settings

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// ErrForeign says that a file or directory that was found is not the one that
// this program would have made there: it belongs to someone else, or is a link,
// a pipe or the like. What is written there could be read or steered by others.
var ErrForeign = errors.New("not used")

// PrivateDir makes a directory that only this user can read, unless there is one
// that belongs to this user. Errors are ErrForeign, or why none can be made.
func PrivateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil && !errors.Is(err, syscall.ENOTDIR) {
		return err
	}
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return err
	case info.Mode()&os.ModeSymlink != 0:
		return fmt.Errorf("%s is %w: it is a symbolic link; put a directory there", dir, ErrForeign)
	case !info.IsDir():
		return fmt.Errorf("%s is %w: it is not a directory; move it away", dir, ErrForeign)
	}
	return ownedByUs(dir, info)
}

// OpenPrivate opens a file of this user's to append to, and makes it if it does not
// exist. It does not wait, as open(2) does for the reader of a pipe.
func OpenPrivate(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	switch {
	case errors.Is(err, syscall.ELOOP):
		return nil, fmt.Errorf("%s is %w: it is a symbolic link; name the file itself", name, ErrForeign)
	case errors.Is(err, syscall.ENXIO):
		return nil, notAFile(name)
	case err != nil:
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = notAFile(name)
	default:
		err = ownedByUs(name, info)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func notAFile(name string) error {
	return fmt.Errorf("%s is %w: it is not a regular file; move it away", name, ErrForeign)
}

func ownedByUs(name string, info os.FileInfo) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s is %w: it belongs to the user with the number %d, and you are %d", name, ErrForeign, stat.Uid, os.Geteuid())
	}
	return nil
}

// CheckWritable returns an error if files cannot be written to a directory, which
// it makes if need be. It tries, since only that shows that a disk is full.
func CheckWritable(dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = tryToWrite(dir)
	}
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err // the name of the trial is of no use
	}
	if err != nil {
		return fmt.Errorf("%s cannot be written to: %w", dir, err)
	}
	return nil
}

func tryToWrite(dir string) error {
	f, err := os.CreateTemp(dir, ".try-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(make([]byte, 4096))
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
