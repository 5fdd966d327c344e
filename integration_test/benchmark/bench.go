package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/biginfs/biginfs/integration_test/sweep"
	"golang.org/x/sys/unix"
)

// bench is where things are measured. What is started in it ends with it, in
// reverse order.
type bench struct {
	ctx    context.Context
	dir    string // temporary
	ram    string // temporary, on tmpfs
	binary string // biginfs
	after  []func() error
	n      *int // of names made
}

// newBench builds biginfs and prepares the directories.
func newBench(ctx context.Context) (*bench, error) {
	b := &bench{ctx: ctx, n: new(int)}
	if err := b.prepare(); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *bench) prepare() error {
	if err := fuseAvailable(); err != nil {
		return err
	}
	var err error
	if b.dir, err = os.MkdirTemp("", "biginfs-benchmark-"); err != nil {
		return err
	}
	sweepUp, err := sweep.Start(b.dir)
	if err != nil {
		return errors.Join(err, os.Remove(b.dir))
	}
	b.later(sweepUp)
	if err := b.mountRAM(); err != nil {
		return err
	}
	b.binary = filepath.Join(b.dir, "biginfs")
	build := exec.CommandContext(b.ctx, "go", "build", "-o", b.binary, "github.com/biginfs/biginfs/cmd/biginfs")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build biginfs: %w\n%s", err, out)
	}
	return nil
}

// mountRAM finds a place on tmpfs: for root a mount of its own, for others
// /dev/shm.
func (b *bench) mountRAM() error {
	var err error
	if os.Geteuid() != 0 {
		if b.ram, err = os.MkdirTemp("/dev/shm", "biginfs-benchmark-"); err != nil {
			return err
		}
		b.later(func() error { return remove(b.ram) })
		return nil
	}
	b.ram = filepath.Join(b.dir, "ram")
	if err := os.Mkdir(b.ram, 0o755); err != nil {
		return err
	}
	if err := unix.Mount("biginfs-benchmark", b.ram, "tmpfs", 0, ""); err != nil {
		return fmt.Errorf("mount a tmpfs: %w", err)
	}
	b.later(func() error { return sweep.Detach(b.ram) })
	return nil
}

// later puts off what ends something until the end of the scope.
func (b *bench) later(end func() error) { b.after = append(b.after, end) }

// scope returns a bench that ends before this one.
func (b *bench) scope() *bench {
	inner := *b
	inner.after = nil
	return &inner
}

func (b *bench) close() error {
	var errs []error
	for _, end := range slices.Backward(b.after) {
		errs = append(errs, end())
	}
	b.after = nil
	return errors.Join(errs...)
}

// name returns a path that nothing has, in dir.
func (b *bench) name(dir, what string) string {
	*b.n++
	return filepath.Join(dir, fmt.Sprintf("%s.%d", what, *b.n))
}

// newDir makes a directory in dir that goes with the scope.
func (b *bench) newDir(dir, what string) (string, error) {
	d := b.name(dir, what)
	if err := os.Mkdir(d, 0o755); err != nil {
		return "", err
	}
	b.later(func() error { return remove(d) })
	return d, nil
}

// remove deletes a tree, be it of directories that may not be written to.
func remove(dir string) error {
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}
