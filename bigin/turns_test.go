package bigin

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// counting is a Quota that counts, and gives what a test tells it to.
type counting struct {
	member                 QuotaMember
	want, returned         int
	begun, done, throttled int
	retryAfter             time.Duration
	left                   int
}

func (q *counting) Join(m QuotaMember)                 { q.member = m }
func (q *counting) Want(n int)                         { q.want = n }
func (q *counting) Return(n int)                       { q.returned += n }
func (q *counting) Began()                             { q.begun++ }
func (q *counting) Succeeded()                         { q.done++ }
func (q *counting) Throttled(retryAfter time.Duration) { q.throttled++; q.retryAfter = retryAfter }
func (q *counting) Credits(left int, _ time.Time)      { q.left = left }

func TestLimiterInAQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &counting{}
		l := newLimiter(4, 0, q)
		turns, _ := queue(t.Context(), l, 2, inAnHour()) // alone: they begin
		wantStats(t, l, 2, 0, 4)

		q.member.Together()
		more, _ := queue(t.Context(), l, 5, inAnHour())
		wantStats(t, l, 2, 5, 4)
		if q.want != 2 {
			t.Errorf("wants %d turns, and 2 of 4 calls are free", q.want)
		}
		q.member.Granted(1)
		wantStats(t, l, 3, 4, 4)
		if q.want != 1 || q.returned != 0 {
			t.Errorf("wants %d, returned %d", q.want, q.returned)
		}
		q.member.Granted(3) // more than it has use for
		wantStats(t, l, 4, 3, 4)
		if q.want != 0 || q.returned != 2 {
			t.Errorf("wants %d, returned %d", q.want, q.returned)
		}
		for range 2 { // of those that began without a turn none is given back
			<-turns
			l.release()
		}
		if q.want != 2 || q.returned != 2 {
			t.Errorf("wants %d, returned %d", q.want, q.returned)
		}
		for range 2 {
			<-more
			l.release()
		}
		wantStats(t, l, 0, 3, 4)
		if q.want != 3 || q.returned != 4 {
			t.Errorf("wants %d, returned %d", q.want, q.returned)
		}

		q.member.Alone(2) // the turns are void
		wantStats(t, l, 2, 1, 2)
		for range 3 {
			<-more
			l.release()
			synctest.Wait()
		}
		if wantStats(t, l, 0, 0, 2); q.returned != 4 {
			t.Errorf("returned %d", q.returned)
		}
		q.member.Granted(5) // too late: it is alone
		wantStats(t, l, 0, 0, 2)
	})
}

func TestLimiterTellsItsQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &counting{}
		l := newLimiter(4, 10, q)
		l.began()
		l.succeeded()
		l.throttled(7 * time.Second)
		l.noteCredits(http.Header{"X-Api-Credits-Remaining": {"40"}}, time.Now())
		if q.begun != 1 || q.done != 1 || q.throttled != 1 || q.retryAfter != 7*time.Second || q.left != 40 {
			t.Errorf("%+v", q)
		}
		time.Sleep(7 * time.Second)
		q.member.Together()
		q.member.Credits(14, time.Now(), 3) // four left beyond the reserve, three of them under way elsewhere
		queue(t.Context(), l, 3, inAnHour())
		q.member.Granted(3)
		wantStats(t, l, 1, 2, 2)
		time.Sleep(time.Second)
		q.member.Credits(10, time.Now().Add(time.Hour), 0) // from a clock that is ahead
		synctest.Wait()
		if s := l.stats(); s.Credits != 10 || s.Waiting != 0 {
			t.Errorf("%+v", s)
		}
		q.member.Credits(900, time.Now().Add(-time.Minute), 0) // old news
		if s := l.stats(); s.Credits != 10 {
			t.Errorf("%+v", s)
		}
	})
}

// One answer does not silence a client for longer than an hour, and it says
// until when.
func TestLimiterSaysUntilWhenItPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(4, 0, nil)
		if s := l.stats(); !s.PausedUntil.IsZero() {
			t.Error(s.PausedUntil)
		}
		l.throttled(retryAfter("86400"))
		until := l.stats().PausedUntil
		if wait := time.Until(until); wait != time.Hour {
			t.Errorf("%v", wait)
		}
		l.throttled(retryAfter("60")) // from a call that was under way
		if got := l.stats().PausedUntil; !got.Equal(until) {
			t.Errorf("%v, was %v", got, until)
		}
		time.Sleep(time.Hour)
		queue(t.Context(), l, 1, inAnHour())
		wantStats(t, l, 1, 0, 2)
		if s := l.stats(); !s.PausedUntil.IsZero() {
			t.Error(s.PausedUntil)
		}
	})
}
