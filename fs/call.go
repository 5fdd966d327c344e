package fs

import (
	"context"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// lookAgain is how often a caller that was interrupted is looked at: the
// kernel tells of the first signal only.
const lookAgain = 50 * time.Millisecond

// begin returns the context of an operation: it ends at the deadline, or when
// its caller is about to die, and not when the caller merely got a signal.
func (t *tree) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	call, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	call, stop := context.WithTimeout(call, t.Timeout)
	pid := uint32(0)
	if caller, ok := fuse.FromContext(ctx); ok {
		pid = caller.Pid
	}
	unwatch := context.AfterFunc(ctx, func() {
		for !dying(pid) {
			select {
			case <-time.After(lookAgain):
			case <-call.Done():
				return
			}
		}
		cancel(errInterrupted)
	})
	return call, func() { unwatch(); stop(); cancel(nil) }
}
