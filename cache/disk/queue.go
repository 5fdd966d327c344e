package disk

import (
	"sync"
	"time"
)

// maxWaiting is how many bytes of photos may wait to be written.
const maxWaiting = 64 << 20

// maxTasks bounds how many tasks may wait.
const maxTasks = 10_000

// task is a photo to write or, without a photo, a record of which every version
// is to be removed.
type task struct {
	file
	photo   []byte
	fetched time.Time
}

// queue is what waits for the writer.
type queue struct {
	wake chan struct{} // something was added, or it was closed

	mu     sync.Mutex
	tasks  []task
	bytes  int
	closed bool
}

// add never waits. What there is no room for is dropped.
func (q *queue) add(t task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || len(q.tasks) == maxTasks || t.photo != nil && q.bytes+len(t.photo) > maxWaiting {
		return
	}
	q.tasks = append(q.tasks, t)
	q.bytes += len(t.photo)
	q.signal()
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// next waits for a task, and returns false when there will be none.
func (q *queue) next() (task, bool) {
	for {
		q.mu.Lock()
		if len(q.tasks) > 0 {
			t := q.tasks[0]
			q.tasks[0] = task{} // lets go of the photo
			q.tasks = q.tasks[1:]
			q.bytes -= len(t.photo)
			q.mu.Unlock()
			return t, true
		}
		closed := q.closed
		q.mu.Unlock()
		if closed {
			return task{}, false
		}
		<-q.wake
	}
}
