package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// errNotInstalled says that a program is missing, which only leaves a gap in
// the table.
var errNotInstalled = errors.New("not installed")

// timed runs a command and returns how long it took.
func timed(ctx context.Context, name string, args ...string) (time.Duration, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, errNotInstalled)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	begun := time.Now()
	err = cmd.Run()
	took := time.Since(begun)
	switch {
	case ctx.Err() != nil:
		return took, ctx.Err()
	case err != nil:
		return took, fmt.Errorf("%s: %w\n%s", name, err, firstLines(stderr.Bytes()))
	case stderr.Len() > 0:
		return took, fmt.Errorf("%s complained:\n%s", name, firstLines(stderr.Bytes()))
	}
	return took, nil
}

// firstLines shortens what a program that fails at every file has to say.
func firstLines(b []byte) []byte {
	const most = 600
	if len(b) > most {
		return append(b[:most:most], "…"...)
	}
	return b
}

// verify sees that dir is a true copy of the account's records.
func (a account) verify(dir string) error {
	seen := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		id, err := strconv.ParseInt(filepath.Base(filepath.Dir(path)), 10, 64)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, a.photo(id)) {
			return fmt.Errorf("the copy %s is not the photo", path)
		}
		seen++
		return nil
	})
	if err == nil && seen != a.Photos {
		err = fmt.Errorf("copied %d photos of %d", seen, a.Photos)
	}
	return err
}
