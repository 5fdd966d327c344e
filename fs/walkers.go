package fs

import (
	"sync"
	"time"
)

// walkers are the threads that have just read a directory to its end: what
// each looks up next shows whether it goes through the whole of it. The zero
// value is ready.
type walkers struct {
	mu   sync.Mutex
	last [8]walker // those of longest ago are overwritten
	next int
}

type walker struct {
	caller uint32
	at     time.Time
}

// walkerLife is how soon after reading a directory to its end a walker looks up the
// first photo: rsync sorts and looks at all records before that.
const walkerLife = 10 * time.Second

// add notes a thread that has read the directory.
func (w *walkers) add(caller uint32) {
	if caller == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last[w.next%len(w.last)] = walker{caller, time.Now()}
	w.next++
}

// take reports whether a thread has just read the directory: once for each reading.
func (w *walkers) take(caller uint32) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, one := range w.last {
		if caller != 0 && one.caller == caller && time.Since(one.at) < walkerLife {
			w.last[i] = walker{}
			return true
		}
	}
	return false
}
