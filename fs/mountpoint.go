package fs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ErrMountpoint means that nothing can be mounted at a place as it is.
var ErrMountpoint = errors.New("bad mountpoint")

// Prepare makes sure that Mount finds dir as it must be, and clears a dead mount of
// ours at it, so that a mistake is reported before anything else is asked for.
// Its error is ErrMountpoint with what to do.
func Prepare(dir string) error {
	dir, err := resolve(dir)
	if err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	return prepare(dir)
}

// prepare makes sure that a resolved dir is an empty directory with nothing
// mounted on it. It clears a dead mount of ours.
func prepare(dir string) error {
	mounts, err := mountsAt(dir)
	if err != nil {
		return fmt.Errorf("mount on %s: %w", dir, err)
	}
	if len(mounts) > 0 {
		top := mounts[len(mounts)-1]
		dead := Dead(dir)
		switch {
		case dead && top.ours():
			if err := unmount(dir); err != nil {
				return fmt.Errorf("clear the dead mount on %s: %w", dir, err)
			}
			return prepare(dir)
		case dead:
			return fmt.Errorf("%w: %s: a dead %s is mounted there; unmount it first: umount -l %s", ErrMountpoint, dir, top.kind, dir)
		case top.ours():
			return fmt.Errorf("%w: %s: an account is mounted there already; biginfs unmount %s ends it", ErrMountpoint, dir, dir)
		case top.kind != "autofs":
			return fmt.Errorf("%w: %s: a %s is mounted there; choose another directory", ErrMountpoint, dir, top.kind)
		}
	}
	f, err := os.Open(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %s: no such directory; create it first: mkdir -p %s", ErrMountpoint, dir, dir)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrMountpoint, err)
	}
	defer f.Close()
	switch _, err := f.Readdirnames(1); {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%w: %s: not a directory", ErrMountpoint, dir)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrMountpoint, err)
	default:
		return fmt.Errorf("%w: %s: the directory is not empty; its files would be hidden, so choose an empty one", ErrMountpoint, dir)
	}
}

// Dead reports whether the mount at dir has lost its process. It asks for
// something that the kernel does not cache, as it does a directory's attributes.
func Dead(dir string) bool {
	err := unix.Statfs(dir, new(unix.Statfs_t))
	return errors.Is(err, syscall.ENOTCONN) || errors.Is(err, syscall.ECONNABORTED)
}

// topID returns the id of the topmost mount at a resolved dir, or "".
func topID(dir string) string {
	mounts, err := mountsAt(dir)
	if err != nil || len(mounts) == 0 {
		return ""
	}
	return mounts[len(mounts)-1].id
}

// helperTime is how long a program that unmounts may take.
const helperTime = 10 * time.Second

// unmountWith has a program of the system unmount the directory that its last
// argument names.
func unmountWith(program string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), helperTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.WaitDelay = time.Second // for what it started and left
	out, err := cmd.CombinedOutput()
	if said := bytes.TrimSpace(out); err != nil && ctx.Err() == nil && len(said) > 0 {
		err = errors.New(string(said))
	}
	if err != nil {
		return fmt.Errorf("unmount %s: %w", args[len(args)-1], err)
	}
	return nil
}
