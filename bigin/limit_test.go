package bigin

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

// queue has n callers ask for a turn, one after another. The turns and errors
// come out of the channels.
func queue(ctx context.Context, l *limiter, n int, deadline time.Time) (turns chan int, errs chan error) {
	turns, errs = make(chan int, n), make(chan error, n)
	for i := range n {
		go func() {
			if err := l.acquire(ctx, deadline); err != nil {
				errs <- err
			} else {
				turns <- i
			}
		}()
		synctest.Wait()
	}
	return turns, errs
}

func wantStats(t *testing.T, l *limiter, inFlight, waiting, concurrency int) {
	t.Helper()
	synctest.Wait()
	if s := l.stats(); s.InFlight != inFlight || s.Waiting != waiting || s.Concurrency != concurrency {
		t.Errorf("%d in flight, %d waiting, limit %d; want %d, %d, %d", s.InFlight, s.Waiting, s.Concurrency, inFlight, waiting, concurrency)
	}
}

func inAnHour() time.Time { return time.Now().Add(time.Hour) }

func TestLimiterFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(3, 0, nil)
		turns, _ := queue(t.Context(), l, 8, inAnHour())
		wantStats(t, l, 3, 5, 3)
		for want := range 8 {
			if got := <-turns; got != want {
				t.Errorf("%d, want %d", got, want)
			}
			l.release()
			synctest.Wait()
		}
		wantStats(t, l, 0, 0, 3)
	})
}

// However many are answered 429 together, the limit is halved once and all
// wait once.
func TestLimiterPausesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(10, 0, nil)
		turns, _ := queue(t.Context(), l, 30, inAnHour())
		wantStats(t, l, 10, 20, 10)
		begin := time.Now()
		for range 10 {
			<-turns
			l.throttled(0)
			l.release()
		}
		wantStats(t, l, 0, 20, 5)
		time.Sleep(firstPause - 1)
		wantStats(t, l, 0, 20, 5)
		time.Sleep(1 * time.Nanosecond)
		wantStats(t, l, 5, 15, 5)
		if l.stats().Throttled != 10 || time.Since(begin) != firstPause {
			t.Errorf("%+v after %v", l.stats(), time.Since(begin))
		}
	})
}

// The pauses double while nothing succeeds, and the limit never falls below 1.
func TestLimiterPausesLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(10, 0, nil)
		for i, want := range []struct {
			pause time.Duration
			limit int
		}{{250, 5}, {500, 2}, {1000, 1}, {2000, 1}, {4000, 1}, {8000, 1}, {16000, 1}, {30000, 1}, {30000, 1}} {
			begin := time.Now()
			if err := l.acquire(t.Context(), inAnHour()); err != nil {
				t.Fatal(err)
			}
			if i > 0 && time.Since(begin) == 0 {
				t.Error("no pause")
			}
			asked := time.Now()
			l.throttled(0)
			l.release()
			wantStats(t, l, 0, 0, want.limit)
			if got := l.resume.Sub(asked); got != want.pause*time.Millisecond {
				t.Errorf("pause %d: %v, want %v", i, got, want.pause*time.Millisecond)
			}
		}
		time.Sleep(longPause)
		l.succeeded()
		l.throttled(0)
		if got := time.Until(l.resume); got != firstPause {
			t.Errorf("%v after a success", got)
		}
		time.Sleep(firstPause)
	})
}

func TestLimiterHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(10, 0, nil)
		turns, _ := queue(t.Context(), l, 12, inAnHour())
		for _, after := range []time.Duration{0, 5 * time.Second, 3 * time.Second} { // the longest counts
			<-turns
			l.throttled(after)
			l.release()
		}
		wantStats(t, l, 7, 2, 5)
		for range 7 {
			l.release()
		}
		time.Sleep(5*time.Second - 1)
		wantStats(t, l, 0, 2, 5)
		time.Sleep(1 * time.Nanosecond)
		wantStats(t, l, 2, 0, 5)
	})
}

// A call that cannot have a turn before its deadline learns so at once, whether it
// comes during the pause or was waiting when it began.
func TestLimiterPauseBeyondTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(2, 0, nil)
		turns, errs := queue(t.Context(), l, 5, time.Now().Add(24*time.Second))
		patient, _ := queue(t.Context(), l, 1, time.Now().Add(2*time.Minute))
		begin := time.Now()
		<-turns
		l.throttled(time.Minute)
		l.release()
		synctest.Wait()
		if len(errs) != 3 {
			t.Fatalf("%d of 3 were told", len(errs))
		}
		errs <- l.acquire(t.Context(), time.Now().Add(24*time.Second))
		for range 4 {
			if err := <-errs; !errors.Is(err, TooManyRequests) {
				t.Error(err)
			}
		}
		if time.Since(begin) > 0 {
			t.Errorf("after %v", time.Since(begin))
		}
		l.release()
		wantStats(t, l, 0, 1, 1)
		<-patient
		if time.Since(begin) != time.Minute {
			t.Errorf("the patient one after %v", time.Since(begin))
		}
		l.release()
		if err := l.acquire(t.Context(), time.Now().Add(time.Second)); err != nil {
			t.Error(err)
		}
	})
}

// A level that failed is not tried again soon; one that was never tried is, and
// so is one that failed long ago.
func TestLimiterRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(10, 0, nil)
		successes := func(n int) {
			for range n {
				l.succeeded()
			}
		}
		successes(1000)
		wantStats(t, l, 0, 0, 10)
		l.throttled(0) // at 10
		time.Sleep(forgive / 2)
		for _, step := range []struct{ successes, limit int }{
			{4, 5}, {1, 6}, {5, 6}, {1, 7}, {7, 8}, {8, 9}, {9, 9}, // 10 is known to fail
			{probeAfter - 10, 9}, {1, 10}, {1000, 10},
		} {
			successes(step.successes)
			wantStats(t, l, 0, 0, step.limit)
		}
		l.throttled(0) // at 10, and others were to blame
		time.Sleep(forgive)
		successes(5 + 6 + 7 + 8 + 9)
		wantStats(t, l, 0, 0, 10)
	})
}

func TestLimiterUrgentFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(1, 0, nil)
		order := make(chan string, 9)
		ask := func(ctx context.Context, name string) {
			go func() {
				if err := l.acquire(ctx, inAnHour()); err != nil {
					name += " failed"
				}
				order <- name
			}()
			synctest.Wait()
		}
		ask(t.Context(), "first")
		var raise []*Priority
		for _, name := range []string{"ahead 1", "ahead 2", "ahead 3"} {
			ctx, p := InBackground(t.Context())
			raise = append(raise, p)
			ask(ctx, name)
		}
		ask(t.Context(), "urgent 1")
		raise[1].Raise()
		synctest.Wait()
		ask(t.Context(), "urgent 2")
		wantStats(t, l, 1, 5, 1)
		for _, want := range []string{"first", "urgent 1", "ahead 2", "urgent 2", "ahead 1", "ahead 3"} {
			if got := <-order; got != want {
				t.Errorf("%s, want %s", got, want)
			}
			l.release()
			synctest.Wait()
		}
		raise[0].Raise() // too late to matter
		raise[1].Raise()
		wantStats(t, l, 0, 0, 1)
		ctx, p := InBackground(t.Context())
		p.Raise()
		ask(t.Context(), "a")
		ask(ctx, "raised before")
		ask(t.Context(), "b")
		for _, want := range []string{"a", "raised before", "b"} {
			if got := <-order; got != want {
				t.Errorf("%s, want %s", got, want)
			}
			l.release()
			synctest.Wait()
		}
		(*Priority)(nil).Raise()
	})
}

// The reserve stops those who come and those who wait.
func TestLimiterReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := func(l *limiter, n string) {
			l.noteCredits(http.Header{"X-Api-Credits-Remaining": {n}}, time.Now())
		}
		l := newLimiter(1, 100, nil)
		if got := l.stats().Credits; got != -1 {
			t.Errorf("%d credits before anyone said so", got)
		}
		turns, errs := queue(t.Context(), l, 4, inAnHour())
		left(l, "")
		left(l, "many")
		left(l, "101")
		<-turns
		l.release()
		<-turns
		left(l, "100")
		l.release()
		for range 2 {
			if err := <-errs; !errors.Is(err, ErrReserve) {
				t.Error(err)
			}
		}
		wantStats(t, l, 0, 0, 1)
		if err := l.acquire(t.Context(), inAnHour()); !errors.Is(err, ErrReserve) || l.stats().Credits != 100 {
			t.Errorf("%v with %d", err, l.stats().Credits)
		}
		time.Sleep(creditsBelieved - 1)
		if err := l.acquire(t.Context(), inAnHour()); !errors.Is(err, ErrReserve) {
			t.Error(err)
		}
		time.Sleep(1 * time.Nanosecond) // the figure is old: only a call can tell
		if err := l.acquire(t.Context(), inAnHour()); err != nil {
			t.Error(err)
		}
		none := newLimiter(1, 0, nil)
		left(none, "0")
		if err := none.acquire(t.Context(), inAnHour()); err != nil || none.stats().Credits != 0 {
			t.Errorf("without a reserve: %v with %d", err, none.stats().Credits)
		}
	})
}

// Whatever happens in whatever order: never more in flight than the limit was,
// and in the end no turn is lost and nobody left behind.
func TestLimiterLosesNoTurn(t *testing.T) {
	for seed := range uint64(200) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			most := 1 + r.IntN(10)
			l := newLimiter(most, r.IntN(2)*5, nil)
			for range 150 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(3000))*time.Millisecond)
				var p *Priority
				if r.IntN(2) == 0 {
					ctx, p = InBackground(ctx)
				}
				start := time.Duration(r.IntN(2000)) * time.Millisecond
				raiseAt := time.Duration(r.IntN(3000)) * time.Millisecond
				work := time.Duration(r.IntN(200)) * time.Millisecond
				deadline := time.Now().Add(time.Duration(r.IntN(5000)) * time.Millisecond)
				fate, after := r.IntN(10), time.Duration(r.IntN(2000))*time.Millisecond*time.Duration(r.IntN(2))
				time.AfterFunc(raiseAt, p.Raise)
				go func() {
					defer cancel()
					time.Sleep(start)
					if l.acquire(ctx, deadline) != nil {
						return
					}
					defer l.release()
					if n := l.stats().InFlight; n < 1 || n > most {
						t.Errorf("seed %d: %d in flight of %d", seed, n, most)
					}
					time.Sleep(work)
					switch fate {
					case 0:
						l.throttled(after)
					case 1:
						l.noteCredits(http.Header{"X-Api-Credits-Remaining": {strconv.Itoa(int(work) % 9)}}, time.Now().Add(-work))
					default:
						l.succeeded()
					}
				}()
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if s := l.stats(); s.InFlight != 0 || s.Waiting != 0 || s.Concurrency < 1 || s.Concurrency > most {
				t.Errorf("seed %d: %+v", seed, s)
			}
			time.Sleep(creditsBelieved)
			if err := l.acquire(t.Context(), inAnHour()); err != nil {
				t.Errorf("seed %d: %v", seed, err)
			}
		})
	}
}
