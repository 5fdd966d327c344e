package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/fs"
	"golang.org/x/sys/unix"
)

// statusWait is how long a mount may take to report on itself.
const statusWait = 1500 * time.Millisecond

// readReport asks the mount at dir for its report, and returns it as JSON too.
func readReport(dir string) (*report, json.RawMessage, error) {
	type answer struct {
		text []byte
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text := make([]byte, maxReport)
		n, err := unix.Getxattr(dir, fs.StatusAttr, text)
		done <- answer{text[:max(n, 0)], err}
	}()
	var err error
	select {
	case got := <-done:
		if got.err == nil {
			var r report
			if err := json.Unmarshal(got.text, &r); err != nil {
				return nil, nil, fmt.Errorf("status of %s: %w; is it mounted by another version of biginfs?", dir, err)
			}
			return &r, got.text, nil
		}
		err = got.err
	case <-time.After(statusWait):
		return nil, nil, fmt.Errorf("the mount at %s does not answer: end it with biginfs unmount %s and mount it again", dir, dir)
	}
	switch {
	case errors.Is(err, syscall.ENOTCONN), errors.Is(err, syscall.ECONNABORTED):
		return nil, nil, fmt.Errorf("the biginfs that was mounted at %s is dead: mount it again, which clears it", dir)
	case errors.Is(err, syscall.ENOENT):
		return nil, nil, fmt.Errorf("%w: %s: no such directory", fs.ErrMountpoint, dir)
	}
	return nil, nil, fmt.Errorf("%w: %s: no account is mounted there%s", fs.ErrMountpoint, dir, whereElse())
}

// whereElse names the mounts that exist.
func whereElse() string {
	dirs, err := fs.Mounts()
	if err != nil || len(dirs) == 0 {
		return "; biginfs mount mounts one"
	}
	return "; there is one at " + strings.Join(dirs, ", ")
}
