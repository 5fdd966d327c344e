package bigin

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// How the limiter finds the number of calls that Bigin allows at once.
const (
	firstPause = 250 * time.Millisecond // after a 429 that names no time; doubles with each in a row
	longPause  = 30 * time.Second
	probeAfter = 200 // successes before a level that failed is tried again
)

// limiter keeps the calls of one account within what Bigin allows: so many at
// once, none while it asks for a pause, none that eat into the reserve. Urgent
// calls go before those of the background, and among equals the first comes
// first.
type limiter struct {
	credits credits

	mu         sync.Mutex
	max        int // never more at once
	limit      int // at present
	failed     int // the lowest level that was answered 429
	streak     int // successes since the level last changed
	inFlight   int
	urgent     list.List // of chan struct{}
	background list.List
	resume     time.Time // no call before
	pause      time.Duration
	throttles  int64
}

func newLimiter(n, reserve int) *limiter {
	return &limiter{credits: credits{reserve: reserve}, max: n, limit: n, failed: n + 1}
}

// acquire waits for a turn. It fails when ctx is done, when the turn cannot
// come before the deadline since Bigin asked for a pause, or when the credits
// are down to the reserve. Each success is paid back by release.
func (l *limiter) acquire(ctx context.Context, deadline time.Time) error {
	if err := l.credits.check(); err != nil {
		return err
	}
	if !l.resumesBefore(deadline) {
		return &Error{Status: 429, Code: TooManyRequests, Message: "Bigin asked for a pause that is not over"}
	}
	turn := make(chan struct{})
	raised := raise(ctx)
	l.mu.Lock()
	queue := &l.urgent
	if raised != nil {
		queue = &l.background
	}
	e := queue.PushBack(turn)
	l.grant()
	l.mu.Unlock()
	for {
		select {
		case <-turn:
			return nil
		case <-raised:
			raised = nil
			l.mu.Lock()
			if queue.Len() > 0 && !granted(turn) {
				queue.Remove(e)
				queue = &l.urgent
				e = queue.PushBack(turn)
				l.grant()
			}
			l.mu.Unlock()
		case <-ctx.Done():
			l.mu.Lock()
			defer l.mu.Unlock()
			if granted(turn) {
				l.inFlight--
				l.grant()
			} else {
				queue.Remove(e)
			}
			return context.Cause(ctx)
		}
	}
}

func granted(turn chan struct{}) bool {
	select {
	case <-turn:
		return true
	default:
		return false
	}
}

// grant lets those in that may go. The caller holds the lock.
func (l *limiter) grant() {
	if wait := time.Until(l.resume); wait > 0 {
		return // wake comes back
	}
	for l.inFlight < l.limit {
		queue := &l.urgent
		if queue.Len() == 0 {
			queue = &l.background
		}
		if queue.Len() == 0 {
			return
		}
		l.inFlight++
		close(queue.Remove(queue.Front()).(chan struct{}))
	}
}

func (l *limiter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	l.grant()
}

// succeeded raises the limit slowly: by one after a round of successes while
// the level is not known to fail, and after many more to try that again.
func (l *limiter) succeeded() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pause = 0
	l.streak++
	need := l.limit
	if l.limit+1 >= l.failed {
		need = probeAfter
	}
	if l.limit < l.max && l.streak >= need {
		l.limit++
		l.failed = max(l.failed, l.limit+1)
		l.streak = 0
		l.grant()
	}
}

// throttled halves the limit and makes everyone wait, once for all calls that
// were answered 429 together.
func (l *limiter) throttled(retryAfter time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.throttles++
	now := time.Now()
	if now.Before(l.resume) && retryAfter <= time.Until(l.resume) {
		return
	}
	if !now.Before(l.resume) {
		l.failed = l.limit
		l.limit = max(1, l.limit/2)
		l.streak = 0
		l.pause = min(max(firstPause, 2*l.pause), longPause)
	}
	wait := max(retryAfter, l.pause)
	l.resume = now.Add(wait)
	time.AfterFunc(wait, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.grant()
	})
}

// resumesBefore tells whether calls are made again before the deadline.
func (l *limiter) resumesBefore(deadline time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.resume.Before(deadline)
}

func (l *limiter) stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Stats{
		Throttled: l.throttles, Concurrency: l.limit, InFlight: l.inFlight,
		Waiting: l.urgent.Len() + l.background.Len(), Credits: l.credits.remaining(),
	}
}
