package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// ErrUnsafe says that somebody else could read what is kept in a directory, or
// put something else in its place. The error that wraps it says how to mend
// that.
var ErrUnsafe = errors.New("not a safe place for photos")

// checkPlace looks at a directory and everything above it, as far as it is
// there. Nobody but the user and root may be able to replace any of it.
func checkPlace(dir string) error {
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%w: %s is a symbolic link; name the directory that it leads to", ErrUnsafe, dir)
	case !info.IsDir():
		return &fs.PathError{Op: "open", Path: dir, Err: syscall.ENOTDIR}
	default:
		if err := checkOwn(dir, info, 0o022); err != nil {
			return err
		}
	}
	return checkAbove(dir)
}

// checkOwn returns an error unless a directory is the user's, and others have
// none of these permissions.
func checkOwn(dir string, info fs.FileInfo, forbidden fs.FileMode) error {
	if uid := owner(info); uid != os.Geteuid() {
		return fmt.Errorf("%w: %s belongs to user %d, and biginfs runs as user %d; choose a directory of that user", ErrUnsafe, dir, uid, os.Geteuid())
	}
	if mode := info.Mode().Perm(); mode&forbidden != 0 {
		return fmt.Errorf("%w: others have access to %s (mode %04o); take it from them with: chmod go-rwx '%s'", ErrUnsafe, dir, mode, dir)
	}
	return nil
}

// checkAbove looks at what is above a directory: as it is written, and where
// symbolic links lead.
func checkAbove(dir string) error {
	parent := filepath.Dir(dir)
	for _, path := range parents(dir) {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			parent = filepath.Dir(path)
			continue
		}
		if err != nil {
			return err
		}
		if err := checkParent(path, info); err != nil {
			return err
		}
	}
	target, err := filepath.EvalSymlinks(parent)
	if err != nil {
		return err
	}
	for _, path := range append(parents(target), target) {
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		if err := checkParent(path, info); err != nil {
			return err
		}
	}
	return nil
}

// checkParent returns an error if somebody else could rename what is in a
// directory. If it is sticky, as /tmp is, others can rename only what is theirs.
func checkParent(path string, info fs.FileInfo) error {
	if uid := owner(info); uid != 0 && uid != os.Geteuid() {
		return fmt.Errorf("%w: %s belongs to user %d, who could put another directory in its place; choose one elsewhere", ErrUnsafe, path, uid)
	}
	link, sticky := info.Mode()&fs.ModeSymlink != 0, info.Mode()&fs.ModeSticky != 0
	if mode := info.Mode().Perm(); mode&0o022 != 0 && !link && !sticky {
		return fmt.Errorf("%w: others can write to %s (mode %04o), and so put another directory in place of one below it; forbid it with: chmod go-w '%s'", ErrUnsafe, path, mode, path)
	}
	return nil
}

// parents are the directories above a path, the nearest first.
func parents(path string) []string {
	var all []string
	for path != filepath.Dir(path) {
		path = filepath.Dir(path)
		all = append(all, path)
	}
	return all
}

func owner(info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }
