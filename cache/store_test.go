package cache

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// has returns which of the keys are kept, without touching their order.
func has(s *store[int], keys ...string) (got []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		if _, ok := s.items.Get(k); ok {
			got = append(got, k)
		}
	}
	return got
}

func TestStoreDropsTheLeastRecentlyUsed(t *testing.T) {
	var dropped []string
	s := newStore(newLives(), 100, func(k string, v int) { dropped = append(dropped, fmt.Sprint(k, v)) })
	for i, k := range []string{"a", "b", "c", "d"} {
		s.put(k, i, 25, time.Hour, 0)
	}
	if v, fresh, ok := s.get("a"); v != 0 || !fresh || !ok {
		t.Error(v, fresh, ok)
	}
	s.put("e", 4, 30, time.Hour, 0) // b and c go
	if got := has(s, "a", "b", "c", "d", "e"); !slices.Equal(got, []string{"a", "d", "e"}) {
		t.Error(got)
	}
	s.put("d", 5, 5, time.Hour, 0) // overwritten: leaves too
	if n, bytes := s.load(); n != 3 || bytes != 60 {
		t.Error(n, bytes)
	}
	s.remove("a")
	s.remove("nothing")
	s.put("big", 6, 500, time.Hour, 0) // alone it may be more than the budget
	if n, bytes := s.load(); n != 1 || bytes != 500 {
		t.Error(n, bytes)
	}
	s.put("f", 7, 1, time.Hour, 0)
	if n, bytes := s.load(); n != 1 || bytes != 1 {
		t.Error(n, bytes)
	}
	if want := []string{"b1", "c2", "d3", "a0", "e4", "d5", "big6"}; !slices.Equal(dropped, want) {
		t.Errorf("%v, want %v", dropped, want)
	}
}

func TestStoreLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore[int](newLives(), 0, nil)
		s.put("plain", 1, 0, time.Minute, 0)
		s.put("spare", 2, 0, time.Minute, time.Hour)
		s.put("dead", 3, 0, 0, 0)
		for _, c := range []struct {
			sleep     time.Duration
			key       string
			fresh, ok bool
		}{
			{0, "plain", true, true}, {0, "spare", true, true},
			{time.Minute - 1, "plain", true, true}, {0, "spare", true, true}, {0, "dead", false, false},
			{1, "spare", false, true}, {1, "plain", false, false},
			{time.Hour - 2, "spare", false, true}, {2, "spare", false, false},
		} {
			time.Sleep(c.sleep)
			if _, fresh, ok := s.get(c.key); fresh != c.fresh || ok != c.ok {
				t.Errorf("%s: %t, %t, want %t, %t", c.key, fresh, ok, c.fresh, c.ok)
			}
			if _, fresh := s.fresh(c.key); fresh != c.fresh {
				t.Errorf("%s: %t, want %t", c.key, fresh, c.fresh)
			}
		}
		time.Sleep(sweepEvery) // nothing is put meanwhile
		synctest.Wait()
		if n, _ := s.load(); n != 0 {
			t.Errorf("%d are kept", n)
		}
	})
}

// Whatever is done in whatever order: the bytes and the number are those of
// what is kept, the budget holds, the order is right, and each value that was
// put leaves once.
func TestStoreAccounts(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			type entry struct {
				key    string
				size   int64
				id     int
				expiry time.Time
			}
			const budget = 1000
			var model []entry // the most recently used first
			gone := map[int]int{}
			s := newStore(newLives(), budget, func(_ string, id int) { gone[id]++ })
			puts := 0
			var sweep time.Time // the next one; zero when there is nothing to sweep
			for range 400 {
				for now := time.Now(); !sweep.IsZero() && !sweep.After(now); {
					model = slices.DeleteFunc(model, func(e entry) bool { return sweep.After(e.expiry) })
					if sweep = sweep.Add(sweepEvery); len(model) == 0 {
						sweep = time.Time{}
					}
				}
				key := fmt.Sprint(r.IntN(30))
				at := slices.IndexFunc(model, func(e entry) bool { return e.key == key })
				live := at >= 0 && !time.Now().After(model[at].expiry)
				switch r.IntN(8) {
				case 0:
					time.Sleep(time.Duration(r.IntN(100)) * time.Second)
					synctest.Wait()
					continue
				case 1:
					s.remove(key)
					if at >= 0 {
						model = slices.Delete(model, at, at+1)
					}
				case 2, 3, 4:
					v, _, ok := s.get(key)
					if ok != live || ok && v != model[at].id {
						t.Fatalf("seed %d: %s is %d, %t", seed, key, v, ok)
					}
					if live {
						e := model[at]
						model = slices.Insert(slices.Delete(model, at, at+1), 0, e)
					}
				default:
					e := entry{key, r.Int64N(300), puts, time.Time{}}
					life, spare := time.Duration(r.IntN(60))*time.Second, time.Duration(r.IntN(60))*time.Second
					e.expiry = time.Now().Add(max(life+spare, 1))
					puts++
					s.put(key, e.id, e.size, life, spare)
					if at >= 0 {
						model = slices.Delete(model, at, at+1)
					}
					model = slices.Insert(model, 0, e)
					if sweep.IsZero() {
						sweep = time.Now().Add(sweepEvery)
					}
				}
				used := int64(0)
				for i, e := range model {
					if used += e.size; used > budget && i > 0 {
						used -= e.size
						model = model[:i]
						break
					}
				}
				if n, bytes := s.load(); n != len(model) || bytes != used {
					t.Fatalf("seed %d: %d of %d bytes, want %d of %d", seed, n, bytes, len(model), used)
				}
				s.mu.Lock() // as it is while values leave
				left := len(gone)
				s.mu.Unlock()
				if s.items.ItemCount() != len(model) || left != puts-len(model) {
					t.Fatalf("seed %d: %d items, %d gone of %d", seed, s.items.ItemCount(), left, puts)
				}
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			for id, n := range gone {
				if n != 1 {
					t.Errorf("seed %d: %d left %d times", seed, id, n)
				}
			}
		})
	}
}
