package fs

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// request is the context of a request of a thread.
func request(tid int) (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	return fuse.NewContext(ctx, &fuse.Caller{Pid: uint32(tid)}), cancel
}

func TestCallEndsAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tree := &tree{Options: Options{Timeout: 3 * time.Second}}
		ctx, cancel := request(os.Getpid())
		defer cancel()
		call, end := tree.begin(ctx)
		defer end()
		begun := time.Now()
		if d, ok := call.Deadline(); !ok || d.Sub(begun) != 3*time.Second {
			t.Errorf("deadline %v, %t", d, ok)
		}
		<-call.Done()
		if time.Since(begun) != 3*time.Second || !errors.Is(call.Err(), context.DeadlineExceeded) || !errors.Is(context.Cause(call), context.DeadlineExceeded) {
			t.Errorf("after %v: %v, %v", time.Since(begun), call.Err(), context.Cause(call))
		}
	})
}

// The deadline counts from the beginning, not from when someone waits.
func TestCallThatWaitsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tree := &tree{Options: Options{Timeout: 3 * time.Second}}
		ctx, cancel := request(os.Getpid())
		defer cancel()
		call, end := tree.begin(ctx)
		defer end()
		begun := time.Now()
		<-time.After(2 * time.Second)
		<-call.Done()
		if time.Since(begun) != 3*time.Second {
			t.Errorf("it ended after %v", time.Since(begun))
		}
	})
}

// A signal ends the call of a thread that dies of it, and no other.
func TestCallOfACallerWithASignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tree := &tree{Options: Options{Timeout: time.Minute}}
		alive, signal := request(os.Getpid())
		call, end := tree.begin(alive)
		defer end()
		done := call.Done()
		signal()
		synctest.Wait()
		<-time.After(10 * time.Second)
		select {
		case <-done:
			t.Error("it ended though the caller lives")
		default:
		}

		dead, signal2 := request(0) // nobody knows who
		other, end2 := tree.begin(dead)
		defer end2()
		signal2()
		<-other.Done()
		if cause := context.Cause(other); !errors.Is(cause, errInterrupted) {
			t.Errorf("it ended because of %v", cause)
		}
	})
}

// What ends without having waited leaves nothing behind.
func TestCallThatNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails if a goroutine stays
		tree := &tree{Options: Options{Timeout: time.Minute}}
		ctx, cancel := request(os.Getpid())
		defer cancel()
		call, end := tree.begin(ctx)
		end()
		if call.Done() != nil || call.Err() == nil {
			t.Errorf("after its end: %v, %v", call.Done(), call.Err())
		}
		waited, end := tree.begin(ctx)
		done := waited.Done()
		end()
		<-done
		if waited.Err() == nil {
			t.Error("it has no error")
		}
	})
}
