package fs

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// lookAgain is how often an interrupted caller is looked at: the kernel reports
// only the first signal.
const lookAgain = 50 * time.Millisecond

// call is the context of one operation: it ends at the deadline, or when its
// caller is about to die, and not when the caller merely got a signal. Until
// someone waits for its end it costs next to nothing, since nearly all
// operations are answered from memory.
type call struct {
	context.Context // of the request: done when the kernel tells of a signal
	timeout         time.Duration
	begun           time.Time

	once sync.Once
	end  atomic.Pointer[ending] // nil until someone waits
}

// ending is how a call ends that someone waits for.
type ending struct {
	context.Context
	cancel context.CancelCauseFunc
	stop   context.CancelFunc
}

// begin returns the context of an operation, and what ends it.
func (t *tree) begin(ctx context.Context) (*call, func()) {
	c := &call{Context: ctx, timeout: t.Timeout, begun: time.Now()}
	return c, c.finish
}

func (c *call) start() {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(c.Context))
	e := &ending{cancel: cancel}
	e.Context, e.stop = context.WithDeadline(ctx, c.begun.Add(c.timeout))
	c.end.Store(e)
	go c.watch(e)
}

// watch ends the call once its caller is dying.
func (c *call) watch(e *ending) {
	select {
	case <-c.Context.Done():
	case <-e.Done():
		return
	}
	for !dying(c.caller()) {
		select {
		case <-time.After(lookAgain):
		case <-e.Done():
			return
		}
	}
	e.cancel(errInterrupted)
}

// caller is the thread on whose behalf the kernel asks, 0 if it is not known here.
func (c *call) caller() uint32 {
	if caller, ok := fuse.FromContext(c.Context); ok {
		return caller.Pid
	}
	return 0
}

func (c *call) finish() {
	c.once.Do(func() {}) // nobody waits any more
	if e := c.end.Load(); e != nil {
		e.stop()
		e.cancel(nil)
	}
}

// Done implements context.Context.
func (c *call) Done() <-chan struct{} {
	c.once.Do(c.start)
	if e := c.end.Load(); e != nil {
		return e.Done()
	}
	return nil
}

// Deadline implements context.Context.
func (c *call) Deadline() (time.Time, bool) { return c.begun.Add(c.timeout), true }

// Err implements context.Context.
func (c *call) Err() error {
	c.once.Do(c.start)
	if e := c.end.Load(); e != nil {
		return e.Err()
	}
	return context.Canceled
}

// Value implements context.Context. It also has the cause of the end, which
// context.Cause asks for.
func (c *call) Value(key any) any {
	if e := c.end.Load(); e != nil {
		return e.Value(key)
	}
	return c.Context.Value(key)
}
