package valkey

import (
	"context"
	"log/slog"
)

// Check connects to a server as a desk does, and returns what the server says
// of its memory. Errors match one of this package.
func Check(ctx context.Context, a Address) (Memory, error) {
	l := newLink(usual, a, slog.New(slog.DiscardHandler), func(bool) {})
	defer func() { // no watch is running that close could wait for
		l.cancel()
		l.drop(l.client)
	}()
	stop := context.AfterFunc(ctx, l.cancel)
	defer stop()
	if err := l.probe(); err != nil {
		return Memory{}, err
	}
	return l.memory, nil
}
