package main

import (
	"os"
	"path/filepath"
	"sync"
)

// maxLog is how large a log file grows, in bytes, before it is put aside in
// place of the last one that was.
const maxLog = 1 << 20

// logFile is the log of a mount in the background. It is what standard output
// and standard error are, so that what the runtime says is kept too. Before it
// begins, they are those of the command that waits.
type logFile struct {
	name string

	mu    sync.Mutex
	begun bool
}

func (l *logFile) begin() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun = true
	return l.open()
}

func (l *logFile) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if info, err := os.Stderr.Stat(); l.begun && err == nil && info.Size() > maxLog {
		_ = l.open() // a log that is too long is better than none
	}
	return os.Stderr.Write(b)
}

// open makes standard output and standard error the file, or nothing if that
// cannot be written.
func (l *logFile) open() error {
	f, err := openLog(l.name)
	if err != nil {
		if f, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
			return err
		}
	}
	defer f.Close()
	for _, fd := range []int{1, 2} {
		if err := replaceFD(int(f.Fd()), fd); err != nil {
			return err
		}
	}
	return nil
}

// openLog opens a log file to go on writing to. One that has grown large is
// put aside first.
func openLog(name string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	if info, err := os.Stat(name); err == nil && info.Size() > maxLog {
		_ = os.Rename(name, name+".old")
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}
