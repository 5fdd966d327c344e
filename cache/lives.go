package cache

import (
	"context"
	"sync"
	"time"
)

// lives owns the goroutines and timers of a cache. Once it has ended none of them
// runs, and none begins.
type lives struct {
	ctx    context.Context // done from the end on
	cancel context.CancelFunc

	running sync.WaitGroup // goroutines, and timers that went off
	mu      sync.Mutex     // held while one begins
	timers  map[*timer]*time.Timer
}

// timer stands for one of them, also before time.AfterFunc has returned it.
type timer struct{ _ byte }

func newLives() *lives {
	l := &lives{timers: make(map[*timer]*time.Timer)}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// begin reports whether something may run, which calls running.Done at its end.
func (l *lives) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx.Err() != nil {
		return false
	}
	l.running.Add(1)
	return true
}

// run has f run in a goroutine. It returns false, and f does not run, after the
// end.
func (l *lives) run(f func()) bool {
	if !l.begin() {
		return false
	}
	go func() {
		defer l.running.Done()
		f()
	}()
	return true
}

// after has f run after d, unless stop is called before that, or the end comes.
func (l *lives) after(d time.Duration, f func()) (stop func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx.Err() != nil {
		return func() {}
	}
	t := new(timer)
	l.timers[t] = time.AfterFunc(d, func() {
		if l.stop(t) && l.begin() {
			defer l.running.Done()
			f()
		}
	})
	return func() { l.stop(t) }
}

// stop ends a timer, and reports whether it was still pending.
func (l *lives) stop(t *timer) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	one, ok := l.timers[t]
	if ok {
		one.Stop()
		delete(l.timers, t)
	}
	return ok
}

// end waits for what runs, which it tells to end.
func (l *lives) end() {
	l.mu.Lock()
	l.cancel()
	for _, t := range l.timers {
		t.Stop()
	}
	clear(l.timers)
	l.mu.Unlock()
	l.running.Wait()
}
