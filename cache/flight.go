package cache

import (
	"context"
	"sync"
	"time"
)

// flights makes one load per key serve everyone who asks meanwhile. A load runs
// under a context of its own: it outlives callers that run out of time, and ends
// when the last of them has gone away. Whoever asks within a moment after a
// failure gets the same failure.
//
// It is not x/sync/singleflight since that can neither end a load nobody waits
// for, nor remember a failure.
type flights[V any] struct {
	lives   *lives
	timeout time.Duration // of each

	mu      sync.Mutex
	current map[string]*flight[V]
}

type flight[V any] struct {
	done    chan struct{}
	value   V
	err     error
	waiters int // guarded by flights.mu
	cancel  context.CancelFunc
}

func newFlights[V any](l *lives, timeout time.Duration) *flights[V] {
	return &flights[V]{lives: l, timeout: timeout, current: make(map[string]*flight[V])}
}

// do returns what load returns, or what a load under way for the same key
// does. It stops waiting when ctx is done.
func (g *flights[V]) do(ctx context.Context, key string, load func(context.Context) (V, error)) (V, error) {
	g.mu.Lock()
	f, ok := g.current[key]
	if !ok {
		f = g.start(key, load)
	}
	f.waiters++
	g.mu.Unlock()

	select {
	case <-f.done:
		g.mu.Lock()
		f.waiters--
		g.mu.Unlock()
		return f.value, f.err
	case <-ctx.Done():
		g.mu.Lock()
		defer g.mu.Unlock()
		if f.waiters--; f.waiters == 0 && leftForGood(ctx) {
			f.cancel()
			g.forget(key, f) // whoever comes now starts over
		}
		var zero V
		return zero, context.Cause(ctx)
	}
}

// start runs load. The caller holds the lock.
func (g *flights[V]) start(key string, load func(context.Context) (V, error)) *flight[V] {
	ctx, cancel := context.WithTimeout(g.lives.ctx, g.timeout)
	f := &flight[V]{done: make(chan struct{}), cancel: cancel}
	g.current[key] = f
	begun := g.lives.run(func() {
		defer func() {
			cancel()
			g.mu.Lock()
			defer g.mu.Unlock()
			close(f.done)
			if !toldAgain(f.err) || g.lives.ctx.Err() != nil {
				g.forget(key, f)
				return
			}
			g.lives.after(failureLife, func() {
				g.mu.Lock()
				defer g.mu.Unlock()
				g.forget(key, f)
			})
		}()
		f.value, f.err = guarded(func() (V, error) { return load(ctx) })
	})
	if !begun {
		cancel()
		delete(g.current, key)
		f.err = context.Canceled
		close(f.done)
	}
	return f
}

// forget makes room for the next flight of a key. The caller holds the lock.
func (g *flights[V]) forget(key string, f *flight[V]) {
	if g.current[key] == f {
		delete(g.current, key)
	}
}
