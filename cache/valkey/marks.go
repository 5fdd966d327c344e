package valkey

import (
	"context"
	"sync"
	"time"

	vk "github.com/valkey-io/valkey-go"
)

const (
	markLife  = 2 * time.Second // of a mark whose holder does not renew it
	markRenew = 600 * time.Millisecond
	markPoll  = 15 * time.Millisecond // between looks at the marks that somebody waits for
	markWait  = 10 * time.Second      // at most, for another desk
)

// marks tell other desks what this one is doing, so that they need not do it too,
// and wait for what others are doing. A mark dies with its holder. It is safe for
// concurrent use.
type marks struct {
	link *link
	desk string

	ctx    context.Context
	cancel context.CancelFunc
	all    sync.WaitGroup // of what renews and polls
	given  sync.WaitGroup // of what gives marks back

	mu       sync.Mutex
	held     map[string]*mark
	waiting  map[string][]chan struct{} // for the marks of others
	renewing bool
	polling  bool
}

// mark is one that this desk holds.
type mark struct {
	handedOver bool // released by the job that writes what others wait for
}

func newMarks(l *link, desk string) *marks {
	k := &marks{link: l, desk: desk, held: map[string]*mark{}, waiting: map[string][]chan struct{}{}}
	k.ctx, k.cancel = context.WithCancel(context.Background())
	return k
}

// close releases what is held and ends all waits.
func (k *marks) close() {
	k.mu.Lock()
	var names []string
	for name := range k.held {
		names = append(names, name)
	}
	k.mu.Unlock()
	for _, name := range names {
		k.release(name)
	}
	k.given.Wait()
	k.cancel()
	k.lost()
	k.all.Wait()
}

// begin takes the mark of that name; the caller makes the entry and then calls
// done. If another desk holds the mark, begin waits for it, and returns without a
// mark once look finds what that desk made: then done is nil.
func (k *marks) begin(ctx context.Context, name, entry string, look func() bool) (done func()) {
	nothing := func() {}
	bounded, cancel := context.WithTimeout(ctx, markWait)
	defer cancel()
	for bounded.Err() == nil {
		taken, there, err := k.take(ctx, name, entry)
		if err != nil {
			return nothing
		}
		if taken {
			if there && look() {
				k.release(name)
				return nil
			}
			return func() { k.release(name) }
		}
		if !k.wait(bounded, name) {
			return nothing
		}
		if look() {
			return nil
		}
	}
	return nothing
}

// take tries to take the mark for this desk, and reports whether the entry is there
// already, in one question.
func (k *marks) take(ctx context.Context, name, entry string) (taken, there bool, err error) {
	if k.link.isFull() {
		return false, false, ErrFull
	}
	k.mu.Lock()
	_, mine := k.held[name]
	k.mu.Unlock()
	if mine {
		return false, false, errDown // the cache runs one load of it at a time: an earlier one has not ended
	}
	found, err := k.link.read(ctx, func(ctx context.Context, c vk.Client) ([]byte, error) {
		answers := c.DoMulti(ctx,
			c.B().Set().Key(name).Value(k.desk).Nx().Px(markLife).Build(),
			c.B().Exists().Key(entry).Build())
		n, err := answers[1].AsInt64()
		if err != nil {
			return nil, err
		}
		return make([]byte, min(max(n, 0), 1)), answers[0].Error()
	})
	there = len(found) > 0
	switch {
	case vk.IsValkeyNil(err):
		return false, there, nil
	case err != nil:
		return false, false, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held[name] = &mark{}
	if !k.renewing {
		k.renewing = true
		k.all.Go(k.renew)
	}
	return true, there, nil
}

// handOver returns what releases the mark, if this desk holds it; calling done then
// does nothing. Otherwise it returns nil.
func (k *marks) handOver(name string) (release func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	m, ok := k.held[name]
	if !ok || m.handedOver {
		return nil
	}
	m.handedOver = true
	return func() { k.drop(name, true) }
}

// release gives the mark back unless it was handed over.
func (k *marks) release(name string) { k.drop(name, false) }

// drop forgets the mark, and has the server delete it if it is still ours.
func (k *marks) drop(name string, handedOver bool) {
	k.mu.Lock()
	m, ok := k.held[name]
	if !ok || m.handedOver != handedOver {
		k.mu.Unlock()
		return
	}
	delete(k.held, name)
	k.mu.Unlock()
	k.given.Go(func() {
		// If that fails, the mark expires.
		_ = k.link.work(k.ctx, func(ctx context.Context, c vk.Client) error {
			return releaseMark.Exec(ctx, c, []string{name}, []string{k.desk}).Error()
		})
	})
}

// releaseMark deletes a mark if that desk holds it.
var releaseMark = vk.NewLuaScript(`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`)

// renewMarks lengthens the life of the marks that that desk holds.
var renewMarks = vk.NewLuaScript(`for _, k in ipairs(KEYS) do
  if redis.call('GET', k) == ARGV[1] then redis.call('PEXPIRE', k, ARGV[2]) end
end
return 0`)
