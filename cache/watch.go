package cache

import (
	"sync"

	"github.com/biginfs/biginfs/bigin"
)

// watchers are told what changed, one change after the other, and nobody waits for
// them: what they do may need the very operation that found the change.
type watchers struct {
	lives   *lives
	mu      sync.Mutex
	call    func(bigin.Module, Change)
	waiting []told
	telling bool
}

// told is a change to tell or, if done is set, a mark in the queue.
type told struct {
	module bigin.Module
	change Change
	done   chan struct{}
}

// Watch has f called with each change that shows in a listing, from one
// goroutine. It replaces an earlier one.
func (c *Cache) Watch(f func(m bigin.Module, ch Change)) {
	c.watch.mu.Lock()
	defer c.watch.mu.Unlock()
	c.watch.call = f
}

func (w *watchers) tell(m bigin.Module, ch Change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.call == nil || ch.empty() || w.lives.ctx.Err() != nil {
		return
	}
	w.waiting = append(w.waiting, told{module: m, change: ch})
	if !w.telling {
		w.telling = w.lives.run(w.run)
	}
}

// caughtUp returns a channel that is closed once all changes so far were told.
func (w *watchers) caughtUp() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	done := make(chan struct{})
	if w.telling {
		w.waiting = append(w.waiting, told{done: done})
	} else {
		close(done)
	}
	return done
}

func (w *watchers) run() {
	for {
		w.mu.Lock()
		ended := w.lives.ctx.Err() != nil
		if len(w.waiting) == 0 || ended {
			for _, one := range w.waiting {
				if one.done != nil {
					close(one.done)
				}
			}
			w.waiting, w.telling = nil, false
			w.mu.Unlock()
			return
		}
		next, call := w.waiting[0], w.call
		w.waiting = w.waiting[1:]
		w.mu.Unlock()
		if next.done != nil {
			close(next.done)
			continue
		}
		call(next.module, next.change)
	}
}
