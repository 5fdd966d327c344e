package valkey

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// team counts the calls of many members.
type team struct {
	atOnce, most atomic.Int64
	calls        atomic.Int64
}

// worker is a member that makes calls of a few milliseconds while it may.
type worker struct {
	team  *team
	quota *Quota

	mu       sync.Mutex
	together bool
	todo     int
	running  int
	alone    int // times left alone
	atMost   int // what it was told then
	credits  int
	others   int
	done     sync.WaitGroup
}

func (w *worker) Together() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.together = true
	w.quota.Want(w.todo)
}

func (w *worker) Granted(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.together {
		return
	}
	for range n {
		if w.todo == 0 {
			w.quota.Return(1)
			continue
		}
		w.todo--
		w.running++
		w.done.Go(w.call)
	}
	w.quota.Want(w.todo)
}

func (w *worker) call() {
	n := w.team.atOnce.Add(1)
	for most := w.team.most.Load(); n > most && !w.team.most.CompareAndSwap(most, n); most = w.team.most.Load() {
	}
	w.quota.Began()
	time.Sleep(5 * time.Millisecond)
	w.team.atOnce.Add(-1)
	w.team.calls.Add(1)
	w.quota.Succeeded()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running--
	w.quota.Return(1)
}

func (w *worker) Alone(atOnce int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.together = false
	w.alone++
	w.atMost = atOnce
}

func (w *worker) Credits(left int, _ time.Time, others int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.credits, w.others = left, others
}

// hire returns a worker with that much to do, at a desk of its own.
func (tm *team) hire(s *Server, todo int) *worker {
	w := &worker{team: tm, quota: s.Quota(), todo: todo}
	s.Quota().Join(w)
	return w
}

func (w *worker) left() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.todo + w.running
}

// Desks of one client, also with different logins, make no more calls at once
// than one may, and each gets its share.
func TestQuotaIsShared(t *testing.T) {
	e := startEngine(t)
	var tm team
	var workers []*worker
	for i := range 6 {
		c := alice
		c.RefreshToken += string(rune('a' + i%2))
		workers = append(workers, tm.hire(desk(t, e.address(), c), 60))
	}
	eventually(t, "half of it is done", func() bool { return tm.calls.Load() > 180 })
	for i, w := range workers {
		if left := w.left(); left > 55 {
			t.Errorf("worker %d had nearly nothing: %d of 60 left", i, left)
		}
	}
	eventually(t, "all is done", func() bool { return tm.calls.Load() == 360 })
	if n := tm.most.Load(); n > 10 {
		t.Errorf("%d at once", n)
	}
	// The desk tells of the calls with its next exchange.
	eventually(t, "all calls are counted", func() bool {
		workers[0].quota.Return(0)
		got, ok := workers[0].quota.Turns()
		return ok && got.Day == 360 && got.Desks == 6 && got.InFlight == 0
	})
}

// A desk that dies loses its turns, and one that is left alone keeps to its
// share.
func TestQuotaOutlivesDesksAndServer(t *testing.T) {
	e := startEngine(t)
	var tm team
	dead := desk(t, e.address(), alice)
	idle := tm.hire(dead, 0)
	dead.quota.Want(10)
	eventually(t, "it has turns", func() bool {
		got, _ := dead.quota.Turns()
		return got.InFlight == 10 || idle.left() == 0 && got.Desks == 1
	})
	dead.link.close() // as if killed

	w := tm.hire(desk(t, e.address(), alice), 30)
	eventually(t, "the next has them", func() bool { return w.left() == 0 })

	e.kill()
	eventually(t, "it is alone", func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.alone == 1 })
	if w.atMost < 5 || w.atMost > 10 {
		t.Errorf("%d at once when alone", w.atMost)
	}
	e.start()
	eventually(t, "it is together again", func() bool { _, ok := w.quota.Turns(); return ok })
}

// A desk that closes no longer counts.
func TestQuotaIsLeft(t *testing.T) {
	e := startEngine(t)
	var tm team
	stays, leaves := desk(t, e.address(), alice), desk(t, e.address(), alice)
	tm.hire(stays, 0)
	tm.hire(leaves, 0)
	counted := func() int64 {
		n, err := e.do(e.client(), "HLEN", stays.quota.sealer.name("desks")).AsInt64()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	eventually(t, "both are counted", func() bool { return counted() == 2 })
	leaves.Close()
	if n := counted(); n != 1 {
		t.Errorf("%d desks when one has left", n)
	}
}

// After a 429 all desks have fewer turns, and none for a while.
func TestQuotaIsThrottled(t *testing.T) {
	e := startEngine(t)
	var tm team
	one, two := desk(t, e.address(), alice), desk(t, e.address(), alice)
	a, b := tm.hire(one, 0), tm.hire(two, 0)
	_ = a
	eventually(t, "both are counted", func() bool { got, _ := two.quota.Turns(); two.quota.Return(0); return got.Desks == 2 })
	one.quota.Credits(4321, time.Now())
	one.quota.Throttled(time.Second)
	eventually(t, "the other learns of it", func() bool {
		two.quota.Return(0)
		got, _ := two.quota.Turns()
		b.mu.Lock()
		defer b.mu.Unlock()
		return got.Limit == 5 && b.credits == 4321
	})
	b.mu.Lock()
	b.todo = 1
	b.mu.Unlock()
	begun := time.Now()
	two.quota.Want(1)
	eventually(t, "the call is made", func() bool { return b.left() == 0 })
	if d := time.Since(begun); d < 500*time.Millisecond {
		t.Errorf("after %v, though Bigin asked for a second", d)
	}
}

// A server that grants nothing, whatever is written to it, stops nobody.
func TestQuotaThatGrantsNothing(t *testing.T) {
	e := startEngine(t)
	var tm team
	s := desk(t, e.address(), alice)
	w := tm.hire(s, 0)
	eventually(t, "it is together", func() bool { _, ok := s.quota.Turns(); return ok })
	c := e.client()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				e.do(c, "HSET", s.quota.sealer.name("desks"), "forged", "1000 1000 1 99999999999999")
			}
		}
	}()
	w.mu.Lock()
	w.todo = 1
	w.mu.Unlock()
	s.quota.Want(1)
	eventually(t, "the call is made", func() bool { return w.left() == 0 })
}
