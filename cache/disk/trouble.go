package disk

import (
	"errors"
	"log/slog"
	"sync"
	"syscall"
)

var errSlow = errors.New("it takes too long to read")

// diskTrouble reports whether an error is the disk's, and may pass.
func diskTrouble(err error) bool {
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO, syscall.ENODEV, syscall.ESTALE, syscall.ETIMEDOUT} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// trouble is what is wrong with a disk. Each kind is logged once, however many
// photos it concerns.
type trouble struct {
	log *slog.Logger

	mu      sync.Mutex
	logged  map[string]bool
	reading error
	keeping error
}

func (t *trouble) cannotRead(err error) {
	t.set(&t.reading, "photos on disk cannot be read; they are fetched instead", err)
}

func (t *trouble) cannotKeep(err error) {
	t.set(&t.keeping, "photos are not kept on disk for now", err)
}

func (t *trouble) canRead() { t.clear(&t.reading) }
func (t *trouble) canKeep() { t.clear(&t.keeping) }

// damaged reports what passes by itself, but may be a sign of a failing disk.
func (t *trouble) damaged(err error) {
	t.once("a photo on disk is damaged; it is fetched again, as any other is", err)
}

func (t *trouble) set(what *error, message string, err error) {
	t.mu.Lock()
	*what = err
	t.mu.Unlock()
	t.once(message, err)
}

func (t *trouble) clear(what *error) {
	t.mu.Lock()
	*what = nil
	t.mu.Unlock()
}

// once logs what is wrong, unless it has before.
func (t *trouble) once(message string, err error) {
	kind := message
	var errno syscall.Errno
	if errors.As(err, &errno) {
		kind += errno.Error()
	}
	t.mu.Lock()
	known := t.logged[kind]
	if t.logged == nil {
		t.logged = map[string]bool{}
	}
	t.logged[kind] = true
	t.mu.Unlock()
	if !known {
		t.log.Warn(message, "error", err)
	}
}

// problem is why the disk is of little or no use at present.
func (t *trouble) problem() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, err := range []error{t.reading, t.keeping} {
		if err != nil {
			return err.Error()
		}
	}
	return ""
}
