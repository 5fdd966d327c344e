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
	probeAfter = 200         // successes before a level that failed is tried again
	forgive    = time.Minute // after which a failed level counts as untried: others may have been busy
)

// limiter keeps the calls of one account within what Bigin allows: a number at
// once, none while it asks for a pause, and none that eat into the reserve.
// Urgent calls go before background ones, and otherwise first come, first
// served.
type limiter struct {
	credits credits

	mu         sync.Mutex
	max        int // most calls at once, ever
	limit      int // most calls at once, at present
	failed     int // the lowest level that was answered 429
	failedAt   time.Time
	streak     int // successes since the level last changed
	inFlight   int
	urgent     list.List // of *waiter
	background list.List
	resume     time.Time // no call before
	pause      time.Duration
	throttles  int64

	quota Quota // of many clients; nil when there is none
	turns turns
}

func newLimiter(n, reserve int, q Quota) *limiter {
	l := &limiter{credits: credits{reserve: reserve}, max: n, limit: n, failed: n + 1, quota: q}
	if q != nil {
		q.Join(member{l})
	}
	return l
}

// waiter is a call that waits for its turn.
type waiter struct {
	deadline time.Time
	told     chan struct{} // closed when err is settled
	err      error         // nil: it may go
}

func (w *waiter) isTold() bool {
	select {
	case <-w.told:
		return true
	default:
		return false
	}
}

func (w *waiter) tell(err error) {
	w.err = err
	close(w.told)
}

// acquire waits for a turn. It fails when ctx is done, and as soon as it is clear
// that the turn cannot come before the deadline because Bigin asked for a pause,
// or not at all because the credits are down to the reserve. After a success the
// caller calls release.
func (l *limiter) acquire(ctx context.Context, deadline time.Time) error {
	w := &waiter{deadline: deadline, told: make(chan struct{})}
	raised := Raised(ctx)
	l.mu.Lock()
	if err := l.refusal(w); err != nil {
		l.mu.Unlock()
		return err
	}
	queue := &l.urgent
	if raised != nil {
		queue = &l.background
	}
	e := queue.PushBack(w)
	l.grant()
	l.mu.Unlock()
	for {
		select {
		case <-w.told:
			return w.err
		case <-raised:
			raised = nil
			l.mu.Lock()
			if !w.isTold() {
				queue.Remove(e)
				queue = &l.urgent
				e = queue.PushBack(w)
				l.grant()
			}
			l.mu.Unlock()
		case <-ctx.Done():
			l.mu.Lock()
			defer l.mu.Unlock()
			if !w.isTold() {
				queue.Remove(e)
			} else if w.err == nil {
				l.leave()
			}
			return context.Cause(ctx)
		}
	}
}

// grant lets those calls begin that may. The caller holds the lock.
func (l *limiter) grant() {
	if time.Until(l.resume) > 0 {
		return // pauseUntil's timer calls again
	}
	for l.mayBegin() {
		queue := &l.urgent
		if queue.Len() == 0 {
			queue = &l.background
		}
		l.inFlight++
		queue.Remove(queue.Front()).(*waiter).tell(nil)
	}
}

// mayBegin reports whether a waiting call may begin. The caller holds the lock,
// and begins it.
func (l *limiter) mayBegin() bool {
	waiting := l.urgent.Len() + l.background.Len()
	free := l.limit - l.inFlight
	if l.turns.needed {
		free = l.max - l.inFlight // the quota finds the limit
	}
	if l.credits.tight(l.inFlight + l.turns.others) {
		free = 0
	}
	return l.turns.take(l.quota, min(waiting, free))
}

// refusal returns why it is no use for the call to wait. The caller holds the
// lock.
func (l *limiter) refusal(w *waiter) error {
	if err := l.credits.check(); err != nil {
		return err
	}
	if !l.resume.Before(w.deadline) {
		return &Error{Status: 429, Code: TooManyRequests, Message: "Bigin asked for a pause that is not over"}
	}
	return nil
}

// refuse ends the waiting of those calls for which it is no use any more. The
// caller holds the lock.
func (l *limiter) refuse() {
	for _, queue := range []*list.List{&l.urgent, &l.background} {
		for e := queue.Front(); e != nil; {
			w := e.Value.(*waiter)
			here := e
			e = e.Next()
			if err := l.refusal(w); err != nil {
				queue.Remove(here)
				w.tell(err)
			}
		}
	}
}

func (l *limiter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leave()
}

// leave ends a call. The caller holds the lock.
func (l *limiter) leave() {
	l.inFlight--
	l.turns.giveBack(l.quota)
	l.grant()
}

// succeeded raises the limit slowly: by one after a round of successes, and after
// many more when the next level is known to have failed.
func (l *limiter) succeeded() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.quota != nil {
		l.quota.Succeeded()
	}
	l.pause = 0
	l.streak++
	need := l.limit
	if l.limit+1 >= l.failed && time.Since(l.failedAt) < forgive {
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
// were answered 429 at about the same time.
func (l *limiter) throttled(retryAfter time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.quota != nil {
		l.quota.Throttled(retryAfter)
	}
	l.throttles++
	now := time.Now()
	if now.Before(l.resume) && retryAfter <= time.Until(l.resume) {
		return
	}
	if !now.Before(l.resume) {
		l.failed, l.failedAt = l.limit, now
		l.limit = max(1, l.limit/2)
		l.streak = 0
		l.pause = min(max(firstPause, 2*l.pause), longPause)
	}
	l.pauseUntil(now.Add(max(retryAfter, l.pause)))
}

// pauseUntil lets no call begin before then. A longer pause that is under way
// stays. The caller holds the lock.
func (l *limiter) pauseUntil(resume time.Time) {
	if !resume.After(l.resume) || time.Until(resume) <= 0 {
		return
	}
	l.resume = resume
	l.refuse()
	time.AfterFunc(time.Until(resume), func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.grant()
	})
}

// resumesBefore reports whether calls are made again before the deadline.
func (l *limiter) resumesBefore(deadline time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.resume.Before(deadline)
}

func (l *limiter) stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{
		Throttled: l.throttles, Concurrency: l.limit, InFlight: l.inFlight,
		Waiting: l.urgent.Len() + l.background.Len(), Credits: l.credits.remaining(),
	}
	if time.Until(l.resume) > 0 {
		s.PausedUntil = l.resume.Round(0)
	}
	return s
}
