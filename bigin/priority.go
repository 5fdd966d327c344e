package bigin

import (
	"context"
	"sync"
)

// Priority is the urgency of the calls of one context: none until it is
// raised. It is safe for concurrent use.
type Priority struct {
	once   sync.Once
	raised chan struct{}
}

type priorityKey struct{}

// InBackground returns a context whose calls wait until no others do. Raise
// ends that, for a call that someone has come to wait for.
func InBackground(ctx context.Context) (context.Context, *Priority) {
	p := &Priority{raised: make(chan struct{})}
	return context.WithValue(ctx, priorityKey{}, p), p
}

// Raise makes the calls as urgent as any other. A nil Priority is raised.
func (p *Priority) Raise() {
	if p != nil {
		p.once.Do(func() { close(p.raised) })
	}
}

// Raised returns a channel that is closed when the calls of ctx are urgent, and
// nil when they always were.
func Raised(ctx context.Context) <-chan struct{} {
	if p, ok := ctx.Value(priorityKey{}).(*Priority); ok {
		return p.raised
	}
	return nil
}
