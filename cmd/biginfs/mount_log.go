package main

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"sync/atomic"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// newLog returns the log that was chosen. Each line names its mount, as the
// mounts of a profile share a file.
func newLog(to io.Writer, s *settings.Settings, dir string) *slog.Logger {
	to = visibleLines{to}
	o := &slog.HandlerOptions{Level: s.LogLevel}
	var h slog.Handler = slog.NewTextHandler(to, o)
	if s.LogFormat == "json" {
		h = slog.NewJSONHandler(to, o)
	}
	return slog.New(h).With("mount", dir)
}

// absolute is the mountpoint as the log and status name it, since they are read
// from elsewhere.
func absolute(dir string) string {
	if full, err := filepath.Abs(dir); err == nil {
		return full
	}
	return dir
}

// shutter is a log that is silent until it is opened: what goes wrong before a
// mount answers is the error that the program ends with, and is said only once.
type shutter struct {
	slog.Handler
	open *atomic.Bool
}

func newShutter(log *slog.Logger) (silent *slog.Logger, open func()) {
	s := shutter{log.Handler(), new(atomic.Bool)}
	return slog.New(s), func() { s.open.Store(true) }
}

func (s shutter) Enabled(ctx context.Context, level slog.Level) bool {
	return s.open.Load() && s.Handler.Enabled(ctx, level)
}

func (s shutter) WithAttrs(attrs []slog.Attr) slog.Handler {
	return shutter{s.Handler.WithAttrs(attrs), s.open}
}

func (s shutter) WithGroup(name string) slog.Handler {
	return shutter{s.Handler.WithGroup(name), s.open}
}
