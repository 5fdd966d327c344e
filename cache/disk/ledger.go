package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	lockName = "biginfs.lock"
	lockWait = 10 * time.Second
	lockPoll = 5 * time.Millisecond
)

// usage is what a directory holds, of all accounts. Bytes below 0 say that
// nobody knows.
type usage struct {
	photos int
	bytes  int64 // on disk
}

// ledger is the lock of a directory while it is held. Its file says what the
// directory holds, so that no process has to look before it writes.
type ledger struct{ f *os.File }

// locked does something while no other process changes the directory. The lock
// ends with the process, however that ends.
func locked(ctx context.Context, all *os.Root, do func(*ledger) error) error {
	f, err := all.OpenFile(lockName, os.O_RDWR|os.O_CREATE|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return err
	}
	defer f.Close() // and let go of the lock
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return do(&ledger{f})
		case !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR):
			return &os.PathError{Op: "lock", Path: f.Name(), Err: err}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", f.Name(), ctx.Err())
		case <-time.After(lockPoll):
		}
	}
}

// usage returns what the ledger says. What does not look like a ledger says
// nothing.
func (l *ledger) usage() usage {
	text := make([]byte, 100)
	n, err := l.f.ReadAt(text, 0)
	var u usage
	if err != nil && !errors.Is(err, io.EOF) {
		return usage{bytes: -1}
	}
	if n, err := fmt.Sscanf(string(text[:n]), "%d bytes, %d photos\n", &u.bytes, &u.photos); n != 2 || err != nil || u.photos < 0 {
		return usage{bytes: -1}
	}
	return u
}

func (l *ledger) save(u usage) error {
	text := fmt.Appendf(nil, "%d bytes, %d photos\n", u.bytes, u.photos)
	if _, err := l.f.WriteAt(text, 0); err != nil {
		return err
	}
	return l.f.Truncate(int64(len(text)))
}
