//go:build !linux

package fs

import (
	"fmt"
	"path/filepath"
)

const directFlags = 0 // a helper of the system mounts

const capNoOpendir = 0 // Linux only

// mounted is an entry of the mount table, which is read on Linux only.
type mounted struct{ id, kind string }

func (mounted) ours() bool { return false }

func resolve(dir string) (string, error) { return filepath.Abs(dir) }

func mountsAt(string) ([]mounted, error) { return nil, nil }

// Mounts returns nothing: the mount table is read on Linux only.
func Mounts() ([]string, error) { return nil, nil }

// Available leaves it to Mount to find out.
func Available() error { return nil }

func mountError(dir string, err error) error {
	return fmt.Errorf("mount on %s: %w; is FUSE installed?: %w", dir, ErrNoFUSE, err)
}

// Unmount unmounts what is mounted at dir.
func Unmount(dir string) error { return unmount(dir) }

func unmount(dir string) error { return unmountWith("umount", dir) }
