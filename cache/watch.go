package cache

import (
	"sync"

	"github.com/biginfs/biginfs/bigin"
)

// watchers are told of what changed, one change after the other and without
// anyone waiting for it: what they do may need the very operation that found
// the change.
type watchers struct {
	mu      sync.Mutex
	call    func(bigin.Module, Change)
	waiting []told
	telling bool
}

type told struct {
	module bigin.Module
	change Change
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
	if w.call == nil || ch.empty() {
		return
	}
	w.waiting = append(w.waiting, told{m, ch})
	if !w.telling {
		w.telling = true
		go w.run()
	}
}

func (w *watchers) run() {
	for {
		w.mu.Lock()
		if len(w.waiting) == 0 {
			w.telling = false
			w.mu.Unlock()
			return
		}
		next, call := w.waiting[0], w.call
		w.waiting = w.waiting[1:]
		w.mu.Unlock()
		call(next.module, next.change)
	}
}
