package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// maxLog is how large a log file grows, in bytes, before it is renamed and replaces
// the one that was renamed before.
const maxLog = 1 << 20

// logFile is a log in a file. Until it begins, it is standard error.
type logFile struct {
	name   string
	chosen bool  // by the person, who then wants to know that it cannot be had
	fds    []int // descriptors that mean the file too, for what the runtime says

	mu   sync.Mutex
	file *os.File // nil before it begins
}

// openLogFile opens the log file of the settings. It is no error if one that nobody
// asked for cannot be opened.
func openLogFile(s *settings.Settings, fds ...int) (*logFile, error) {
	l := &logFile{fds: fds}
	l.name, l.chosen = s.LogFile()
	f, err := l.open()
	if err == nil {
		_ = f.Close() // until it begins
	}
	if err != nil && (l.chosen || errors.Is(err, settings.ErrForeign)) {
		return nil, fmt.Errorf("log: %w", err)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, printable("biginfs: no log is kept: %v", err))
	}
	return l, nil
}

// begin writes to the file from now on.
func (l *logFile) begin() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.reopen()
}

func (l *logFile) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return os.Stderr.Write(b)
	}
	if info, err := l.file.Stat(); err == nil && info.Size() > maxLog {
		_ = l.reopen() // a log that is too long is better than none
	}
	return l.file.Write(b)
}

// reopen opens the log file again, or /dev/null if it cannot be opened.
func (l *logFile) reopen() error {
	f, err := l.open()
	if err != nil {
		if f, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
			return err
		}
	}
	for _, fd := range l.fds {
		if err := replaceFD(int(f.Fd()), fd); err != nil {
			_ = f.Close()
			return err
		}
	}
	if l.file != nil {
		_ = l.file.Close()
	}
	l.file = f
	return nil
}

// open opens the file to append to it. One that has grown large is renamed first.
func (l *logFile) open() (*os.File, error) {
	if !l.chosen {
		if err := settings.PrivateDir(filepath.Dir(l.name)); err != nil {
			return nil, err
		}
	}
	if info, err := os.Lstat(l.name); err == nil && info.Mode().IsRegular() && info.Size() > maxLog {
		_ = os.Rename(l.name, l.name+".old")
	}
	return settings.OpenPrivate(l.name)
}
