package cache

import (
	"container/list"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
	gocache "github.com/patrickmn/go-cache"
)

// sweepEvery is how often values past their time are looked for.
const sweepEvery = time.Minute

// store keeps values by key for a time and within a number of bytes. It is the
// only place that knows go-cache, and adds what that lacks: a bound (the least
// recently used goes first), values that have expired but are still of use, and a
// callback for every value that leaves. It is safe for concurrent use.
type store[V any] struct {
	lives   *lives
	budget  int64                 // bytes; 0 is no bound
	removed func(key string, v V) // called for each value that leaves, if not nil

	mu    sync.Mutex
	items *gocache.Cache // of *entry[V]
	order *list.List     // of keys, the most recently used first
	used  int64
	due   int64 // bytes of values that are on their way
	swept bool  // in a while; false while nothing is kept
}

type entry[V any] struct {
	value V
	size  int64
	since time.Time     // it is fresh from then on
	life  time.Duration // and for so long
	place *list.Element
}

// left returns how much longer the value is fresh.
func (e *entry[V]) left() time.Duration { return e.life - bigin.Elapsed(e.since) }

func newStore[V any](l *lives, budget int64, removed func(string, V)) *store[V] {
	s := &store[V]{
		lives: l, budget: budget, removed: removed,
		items: gocache.New(gocache.NoExpiration, 0), // 0: no janitor, which would leak
		order: list.New(),
	}
	s.items.OnEvicted(func(key string, v any) {
		e := v.(*entry[V])
		s.order.Remove(e.place)
		s.used -= e.size
		if s.removed != nil {
			s.removed(key, e.value)
		}
	})
	return s
}

// get returns the value of the key and whether it is still fresh.
func (s *store[V]) get(key string) (v V, fresh, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	item, ok := s.items.Get(key)
	if !ok {
		return v, false, false
	}
	e := item.(*entry[V])
	s.order.MoveToFront(e.place)
	return e.value, e.left() > 0, true
}

// fresh returns the value of the key if it is fresh.
func (s *store[V]) fresh(key string) (V, bool) {
	v, fresh, ok := s.get(key)
	return v, ok && fresh
}

// put keeps a value of that size: fresh for life, and for spare after that.
func (s *store[V]) put(key string, v V, size int64, life, spare time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items.Delete(key) // go-cache calls back on delete, not on overwrite
	e := &entry[V]{value: v, size: size, since: time.Now(), life: life, place: s.order.PushFront(key)}
	s.used += size
	s.items.Set(key, e, max(life+spare, 1))
	if !s.swept {
		s.swept = true
		s.lives.after(sweepEvery, s.sweep)
	}
	s.trim()
}

// expect makes room for a value of that size, which is on its way. A negative size
// says that it has arrived, or will not.
func (s *store[V]) expect(size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due += size
	s.trim()
}

// trim drops what there is no room for. The caller holds the lock.
func (s *store[V]) trim() {
	for s.budget > 0 && s.used+s.due > s.budget && s.order.Len() > 1 {
		s.items.Delete(s.order.Back().Value.(string))
	}
}

// renew makes the value of the key fresh for life, unless it is fresh for longer.
func (s *store[V]) renew(key string, life time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if item, ok := s.items.Get(key); ok {
		if e := item.(*entry[V]); life > e.left() {
			e.since, e.life = time.Now(), life
		}
	}
}

// sweep drops what has expired, and comes back while there is more.
func (s *store[V]) sweep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items.DeleteExpired()
	if s.swept = s.order.Len() > 0; s.swept {
		s.lives.after(sweepEvery, s.sweep)
	}
}

// remove forgets the key.
func (s *store[V]) remove(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items.Delete(key)
}

// clear forgets everything.
func (s *store[V]) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.items.Items() {
		s.items.Delete(key)
	}
}

// load returns how many values of how many bytes are kept.
func (s *store[V]) load() (n int, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.order.Len(), s.used
}
