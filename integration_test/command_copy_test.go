package integration_test

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// copier is a command that copies each photo of a mount to a directory with a
// system call of its own.
func copier(copyFile func(from, to *os.File) error) func([]string) error {
	return func(args []string) error {
		photos, err := filepath.Glob(filepath.Join(args[0], "[ACP]*s", "*", "photo.jpg"))
		if err != nil {
			return err
		}
		for _, photo := range photos {
			rel, err := filepath.Rel(args[0], photo)
			if err != nil {
				return err
			}
			if err := copyOne(copyFile, photo, filepath.Join(args[1], rel)); err != nil {
				return &os.PathError{Op: "copy", Path: rel, Err: err}
			}
		}
		return nil
	}
}

func copyOne(copyFile func(from, to *os.File) error, from, to string) (err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	return errors.Join(copyFile(in, out), out.Close())
}

func copyMmap(from, to *os.File) error {
	m, err := mapped(from)
	if err != nil {
		return err
	}
	_, err = to.Write(m)
	return errors.Join(err, unix.Munmap(m))
}

func copySendfile(from, to *os.File) error {
	info, err := from.Stat()
	if err != nil {
		return err
	}
	for left := int(info.Size()); left > 0; {
		n, err := unix.Sendfile(int(to.Fd()), int(from.Fd()), nil, left)
		if err != nil {
			return err
		}
		if n == 0 {
			return errors.New("the end came early")
		}
		left -= n
	}
	return nil
}

// copyFileRange has the kernel copy what it will copy, and reads the rest.
func copyFileRange(from, to *os.File) error {
	for {
		n, err := unix.CopyFileRange(int(from.Fd()), nil, int(to.Fd()), nil, 1<<20, 0)
		if err != nil {
			data, err := readTo(int(from.Fd()), 1<<20)
			if err != nil {
				return err
			}
			n, err = to.Write(data)
			if err != nil {
				return err
			}
			if n == 0 {
				return nil
			}
			continue
		}
		if n == 0 {
			return nil
		}
	}
}
