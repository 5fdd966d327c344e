package cache

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// flights makes one load per key serve everyone who asks meanwhile. A load
// runs under a context of its own: it outlives callers that give up, and ends
// when the last of them has.
//
// It is not x/sync/singleflight since that can neither end a load nobody waits
// for, nor make one urgent that was not.
type flights[V any] struct {
	ctx     context.Context // of all loads
	timeout time.Duration   // of each

	mu      sync.Mutex
	current map[string]*flight[V]
}

type flight[V any] struct {
	done     chan struct{}
	value    V
	err      error
	waiters  int // guarded by flights.mu
	cancel   context.CancelFunc
	priority *bigin.Priority
}

func newFlights[V any](ctx context.Context, timeout time.Duration) *flights[V] {
	return &flights[V]{ctx: ctx, timeout: timeout, current: make(map[string]*flight[V])}
}

// do returns what load returns, or what a load under way for the same key
// does. It stops waiting when ctx is done.
func (g *flights[V]) do(ctx context.Context, key string, load func(context.Context) (V, error)) (V, error) {
	g.mu.Lock()
	f, ok := g.current[key]
	if !ok {
		f = g.start(g.ctx, key, load)
	}
	f.waiters++
	g.mu.Unlock()
	f.priority.Raise()

	select {
	case <-f.done:
		g.mu.Lock()
		f.waiters--
		g.mu.Unlock()
		return f.value, f.err
	case <-ctx.Done():
		g.mu.Lock()
		defer g.mu.Unlock()
		if f.waiters--; f.waiters == 0 {
			f.cancel()
			if g.current[key] == f {
				delete(g.current, key) // who comes now starts anew
			}
		}
		var zero V
		return zero, context.Cause(ctx)
	}
}

// ahead starts a load that nobody waits for yet, unless one is under way, and
// calls after when it is over.
func (g *flights[V]) ahead(key string, load func(context.Context) (V, error), after func(V, error)) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.current[key]; ok {
		return false
	}
	ctx, priority := bigin.InBackground(g.ctx)
	f := g.start(ctx, key, load)
	f.priority = priority
	go func() {
		<-f.done
		after(f.value, f.err)
	}()
	return true
}

// start runs load. The caller holds the lock.
func (g *flights[V]) start(ctx context.Context, key string, load func(context.Context) (V, error)) *flight[V] {
	ctx, cancel := context.WithTimeout(ctx, g.timeout)
	f := &flight[V]{done: make(chan struct{}), cancel: cancel}
	g.current[key] = f
	go func() {
		defer func() {
			if r := recover(); r != nil {
				f.err = panicked(r)
			}
			cancel()
			g.mu.Lock()
			if g.current[key] == f {
				delete(g.current, key)
			}
			g.mu.Unlock()
			close(f.done)
		}()
		f.value, f.err = load(ctx)
	}()
	return f
}

// panicked is the error of a load that panicked, to be called while it does.
func panicked(value any) error { return fmt.Errorf("%w: %v\n%s", bigin.ErrPanic, value, debug.Stack()) }
