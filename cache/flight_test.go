package cache

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

func TestOneLoadForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(3, 0)
		a.onPhoto = func(context.Context, bigin.RecordID) error { time.Sleep(time.Second); return nil }
		a.onRecord = a.onPhoto
		c := over(t, a)
		photos := make(chan *bigin.Photo, 24)
		for range 24 {
			go func() { photos <- mustPhoto(t, c, id(1)) }()
		}
		first := <-photos
		for range 23 {
			if p := <-photos; p != first {
				t.Error("two photos")
			}
		}
		a.wantCalls(t, 1, 0, 0)
		a.setPhoto(id(2), false)
		records := make(chan error, 24)
		for range 24 {
			go func() {
				r, err := record(t.Context(), c, id(2))
				if err == nil && r.HasPhoto() {
					err = errors.New("it has a photo")
				}
				records <- err
			}()
		}
		for range 24 {
			if err := <-records; err != nil {
				t.Error(err)
			}
		}
		a.wantCalls(t, 2, 1, 0)
	})
}

// One caller's end is its own, be it the first; the load ends with the last.
func TestLoadsAndTheirCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(3, 0)
		ended := make(chan error, 9)
		release := make(chan struct{})
		a.onPhoto = func(ctx context.Context, _ bigin.RecordID) error {
			select {
			case <-release:
				return nil
			case <-ctx.Done():
				ended <- context.Cause(ctx)
				return context.Cause(ctx)
			}
		}
		c := over(t, a)
		ask := func() (cancel context.CancelCauseFunc, result chan error) {
			ctx, cancel := context.WithCancelCause(t.Context())
			result = make(chan error, 1)
			go func() { _, err := photo(ctx, c, id(1)); result <- err }()
			synctest.Wait()
			return cancel, result
		}
		why := errors.New("control-C")
		leave1, leader := ask()
		_, second := ask()
		leave3, third := ask()
		leave1(why)
		leave3(why)
		if err := <-leader; err != why {
			t.Error(err)
		}
		if err := <-third; err != why {
			t.Error(err)
		}
		synctest.Wait()
		if len(ended) > 0 {
			t.Fatal("the load ended with one of its callers")
		}
		release <- struct{}{}
		if err := <-second; err != nil {
			t.Error(err)
		}
		a.wantCalls(t, 1, 0, 0)

		c.photos.remove(key(contacts, id(1)))
		leave1, leader = ask()
		leave2, second := ask()
		leave1(why)
		leave2(why)
		for _, left := range []chan error{leader, second} {
			if err := <-left; !errors.Is(err, why) {
				t.Error(err)
			}
		}
		if err := <-ended; !errors.Is(err, bigin.ErrAbandoned) || !errors.Is(err, why) {
			t.Errorf("the load ended with %v, not with its callers", err)
		}
		_, again := ask() // starts over
		release <- struct{}{}
		if err := <-again; err != nil {
			t.Error(err)
		}
		a.wantCalls(t, 3, 0, 0)
	})
}

// A caller that comes when all others have just left gets a load of its own,
// even while the old one is still ending.
func TestLoadThatIsSlowToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFlights[int](newLives(), time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		slow := make(chan struct{})
		go func() { _, _ = g.do(ctx, "k", func(ctx context.Context) (int, error) { <-slow; return 1, nil }) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		underWay := func() bool { g.mu.Lock(); defer g.mu.Unlock(); return g.current["k"] != nil }
		if underWay() {
			t.Error("it still takes callers")
		}
		var calls atomic.Int32
		second := make(chan struct{})
		got := make(chan int, 2)
		for range 2 {
			go func() {
				v, _ := g.do(t.Context(), "k", func(context.Context) (int, error) { calls.Add(1); <-second; return 2, nil })
				got <- v
			}()
		}
		synctest.Wait()
		close(slow) // must not take the second one's place away
		synctest.Wait()
		if !underWay() {
			t.Error("it is forgotten")
		}
		close(second)
		if a, b := <-got, <-got; a != 2 || b != 2 || calls.Load() != 1 {
			t.Errorf("%d, %d after %d loads", a, b, calls.Load())
		}
	})
}

func TestLoadsPanicAndTimeOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(3, 0)
		a.onPhoto = func(context.Context, bigin.RecordID) error { panic("boom") }
		a.onPage = func(context.Context, int) error { panic("boom") }
		c := over(t, a)
		for range 2 {
			if _, err := photo(t.Context(), c, id(1)); !errors.Is(err, bigin.ErrPanic) || !strings.Contains(err.Error(), "boom") {
				t.Error(err)
			}
			if _, err := at(c.Listing(contacts).After)(t.Context(), 0); !errors.Is(err, bigin.ErrPanic) {
				t.Error(err)
			}
		}
		hang := func(ctx context.Context, _ bigin.RecordID) error { <-ctx.Done(); return context.Cause(ctx) }
		a.set(func(a *account) {
			a.onPhoto = hang
			a.onPage = func(ctx context.Context, _ int) error { return hang(ctx, 0) }
		})
		time.Sleep(failureLife + 1)
		begin := time.Now()
		if _, err := photo(t.Context(), c, id(1)); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		if _, err := at(c.Listing(contacts).After)(t.Context(), 0); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		go func() { time.Sleep(time.Second); c.Close() }()
		if _, err := photo(t.Context(), c, id(1)); !errors.Is(err, context.Canceled) || time.Since(begin) != 61*time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	})
}

// The zero Options but for the source: nothing is kept, and all works.
func TestZeroOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 5)
		c := New(Options{Source: a})
		defer c.Close()
		for i := range 3 {
			mustPhoto(t, c, id(i))
			if r, err := record(t.Context(), c, id(4)); err != nil || r.HasPhoto() {
				t.Error(r, err)
			}
			if got := len(listed(t, c, -1)); got != 5 {
				t.Errorf("%d records", got)
			}
			if s := c.Stats(); s.Photos > 1 {
				t.Errorf("%+v", s)
			}
		}
	})
}
