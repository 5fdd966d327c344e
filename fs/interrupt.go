package fs

import (
	"context"
	"sync"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// lookAgain is how often a caller that was interrupted is looked at: the
// kernel tells of the first signal only.
const lookAgain = 50 * time.Millisecond

// call is the context of one operation: it ends at the deadline, or when its
// caller is about to die, and not when the caller merely got a signal. Until
// someone waits for its end it costs next to nothing, since nearly all
// operations are answered from memory.
type call struct {
	context.Context // of the request: done when the kernel tells of a signal
	timeout         time.Duration
	begun           time.Time

	once   sync.Once
	end    context.Context // nil until someone waits
	cancel context.CancelCauseFunc
	stop   context.CancelFunc
}

// begin returns the context of an operation, and what ends it.
func (t *tree) begin(ctx context.Context) (*call, func()) {
	c := &call{Context: ctx, timeout: t.Timeout, begun: time.Now()}
	return c, c.finish
}

func (c *call) start() {
	end, cancel := context.WithCancelCause(context.WithoutCancel(c.Context))
	c.cancel = cancel
	c.end, c.stop = context.WithDeadline(end, c.begun.Add(c.timeout))
	go c.watch()
}

// watch ends the call once its caller is dying.
func (c *call) watch() {
	select {
	case <-c.Context.Done():
	case <-c.end.Done():
		return
	}
	for !dying(c.caller()) {
		select {
		case <-time.After(lookAgain):
		case <-c.end.Done():
			return
		}
	}
	c.cancel(errInterrupted)
}

// caller is the thread that the kernel asks for, 0 if it is not known here.
func (c *call) caller() uint32 {
	if caller, ok := fuse.FromContext(c.Context); ok {
		return caller.Pid
	}
	return 0
}

func (c *call) finish() {
	c.once.Do(func() {}) // nobody waits any more
	if c.stop != nil {
		c.stop()
		c.cancel(nil)
	}
}

// Done implements context.Context.
func (c *call) Done() <-chan struct{} {
	c.once.Do(c.start)
	if c.end == nil {
		return nil
	}
	return c.end.Done()
}

// Deadline implements context.Context.
func (c *call) Deadline() (time.Time, bool) { return c.begun.Add(c.timeout), true }

// Err implements context.Context.
func (c *call) Err() error {
	c.once.Do(c.start)
	if c.end == nil {
		return context.Canceled
	}
	return c.end.Err()
}

// Value implements context.Context. It finds the cause of the end too, which
// context.Cause asks for.
func (c *call) Value(key any) any {
	if c.end != nil {
		return c.end.Value(key)
	}
	return c.Context.Value(key)
}
