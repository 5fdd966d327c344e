package valkey

import (
	"context"
	"sync"

	vk "github.com/valkey-io/valkey-go"
)

// Bounds of what is done in the background: what waits for a slow server must not
// fill the memory.
const (
	maxPending = 64 << 20 // bytes
	workers    = 4
)

// job is something to write.
type job struct {
	size int64
	ask  func(context.Context, vk.Client) error
	done func() // called in any case; may be nil
}

// jobs does in the background what nobody waits for. It is safe for
// concurrent use.
type jobs struct {
	link *link

	mu      sync.Mutex
	pending []job
	bytes   int64
	closed  bool
	more    *sync.Cond
	all     sync.WaitGroup
}

func newJobs(l *link) *jobs {
	j := &jobs{link: l}
	j.more = sync.NewCond(&j.mu)
	for range workers {
		j.all.Go(j.work)
	}
	return j
}

// add takes a job, or drops it when too much is pending.
func (j *jobs) add(next job) {
	j.mu.Lock()
	taken := !j.closed && j.bytes+next.size <= maxPending
	if taken {
		j.bytes += next.size
		j.pending = append(j.pending, next)
		j.more.Signal()
	}
	j.mu.Unlock()
	if !taken && next.done != nil {
		next.done()
	}
}

// close does what is pending, and returns when that is done.
func (j *jobs) close() {
	j.mu.Lock()
	j.closed = true
	j.more.Broadcast()
	j.mu.Unlock()
	j.all.Wait()
}

func (j *jobs) work() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for {
		for len(j.pending) == 0 {
			if j.closed {
				return
			}
			j.more.Wait()
		}
		next := j.pending[0]
		j.pending = j.pending[1:]
		j.mu.Unlock()
		// A failure shows in Stats, as the link's problem.
		_ = j.link.work(context.Background(), next.ask)
		if next.done != nil {
			next.done()
		}
		j.mu.Lock()
		j.bytes -= next.size
	}
}
