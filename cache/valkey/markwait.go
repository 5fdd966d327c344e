package valkey

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/biginfs/biginfs/bigin"
	vk "github.com/valkey-io/valkey-go"
)

// tend asks one question about all the marks in a map of k after each pause, until
// the map is empty. The lock of k covers the map and tended.
func tend[V any](k *marks, pause time.Duration, all map[string]V, tended *bool, ask func(names []string)) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-k.ctx.Done():
			return
		}
		k.mu.Lock()
		names := slices.Collect(maps.Keys(all))
		*tended = len(names) > 0
		k.mu.Unlock()
		if len(names) == 0 {
			return
		}
		ask(names)
	}
}

// renew keeps the marks of this desk alive while it holds any. If that fails they
// expire, and others stop waiting for them.
func (k *marks) renew() {
	life := strconv.FormatInt(markLife.Milliseconds(), 10)
	tend(k, markRenew, k.held, &k.renewing, func(names []string) {
		_ = k.link.work(k.ctx, func(ctx context.Context, c vk.Client) error {
			return renewMarks.Exec(ctx, c, names, []string{k.desk, life}).Error()
		})
	})
}

// wait returns true once the mark of another desk is gone, and false when ctx is
// done or the server can no longer be used. A load that nobody waits for gives the
// server time to come back.
func (k *marks) wait(ctx context.Context, name string) bool {
	raised := bigin.Raised(ctx)
	for {
		ok := k.waitOnce(ctx, name)
		switch {
		case ok || ctx.Err() != nil || k.ctx.Err() != nil || raised == nil:
			return ok
		case k.link.await(ctx, raised) == nil:
			return false
		}
	}
}

// waitOnce is wait, but gives up when the link goes down.
func (k *marks) waitOnce(ctx context.Context, name string) bool {
	gone := make(chan struct{}, 1)
	k.mu.Lock()
	k.waiting[name] = append(k.waiting[name], gone)
	if !k.polling {
		k.polling = true
		k.all.Go(k.poll)
	}
	k.mu.Unlock()
	select {
	case <-gone:
		return k.link.isUp()
	case <-ctx.Done():
		return false
	case <-k.ctx.Done():
		return false
	}
}

// poll looks at the marks that somebody waits for, until nobody does. Being told by
// the server instead would take the client's background reader, which panics at an
// answer that it does not expect.
func (k *marks) poll() {
	tend(k, markPoll, k.waiting, &k.polling, func(names []string) {
		var marks []vk.ValkeyMessage
		err := k.link.do(k.ctx, k.link.look, func(ctx context.Context, c vk.Client) (err error) {
			marks, err = c.Do(ctx, c.B().Mget().Key(names...).Build()).ToArray()
			return err
		})
		if err != nil || len(marks) != len(names) {
			return // when the server cannot be used, lost ends the wait
		}
		for i, name := range names {
			if marks[i].IsNil() {
				k.wake(name)
			}
		}
	})
}

// wake ends the wait for a mark.
func (k *marks) wake(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, gone := range k.waiting[name] {
		gone <- struct{}{} // each is told once
	}
	delete(k.waiting, name)
}

// lost ends all waits, because the server can no longer be asked. Marks stay held if
// the server is back before they expire.
func (k *marks) lost() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name, waiters := range k.waiting {
		for _, gone := range waiters {
			gone <- struct{}{}
		}
		delete(k.waiting, name)
	}
}
