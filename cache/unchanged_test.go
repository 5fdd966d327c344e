package cache

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// drawer is a Tier in memory that counts what it is asked.
type drawer struct {
	mu     sync.Mutex
	photos map[bigin.RecordID][]byte
	at     time.Time // when they were downloaded
	asked  int
}

func (d *drawer) Photo(_ context.Context, m bigin.Module, r bigin.Record) (b []byte, fetched time.Time, ok bool) {
	time.Sleep(time.Millisecond)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked++
	b, ok = d.photos[r.ID]
	return b, d.at, ok
}

func (d *drawer) Keep(m bigin.Module, r bigin.Record, b []byte, fetched time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.photos[r.ID] = b
}

func (d *drawer) Forget(_ bigin.Module, id bigin.RecordID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.photos, id)
}

func (d *drawer) Stats() TierStats { return TierStats{Name: "drawer"} }
func (d *drawer) Close()           {}

func (d *drawer) times() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

func believing(o *Options) { o.Ahead, o.UnchangedTTL = ahead, 24*time.Hour }

// A photo whose record did not change is as good as one just downloaded: once
// the index was renewed, reading it is finding it.
func TestUnchangedPhotosAreFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 600 // three pages: renewing them is cheaper than listing
		a := newAccount(n, 0)
		c := over(t, a, believing)
		listed(t, c, -1)
		walk := func() {
			for i := range n {
				mustPhoto(t, c, id(i))
			}
			synctest.Wait()
		}
		walk()
		time.Sleep(contentTTL + time.Second)
		walk()
		before := c.Stats().Hits
		walk()
		if got := c.Stats().Hits - before; got != n {
			t.Errorf("of %d photos %d were found", n, got)
		}
		a.wantCalls(t, n, 0, 3)
		time.Sleep(attrTTL) // and the index is asked again for the next
		renewals := a.renewals()
		walk()
		if got := a.renewals() - renewals; got != 2 {
			t.Errorf("%d calls to renew the index, want 2", got)
		}
		a.wantCalls(t, n, 0, 3)
	})
}

// A walk asks a tier for each photo once or twice, however old they are and
// whether Bigin can be reached or not.
func TestWalkThroughATier(t *testing.T) {
	for _, age := range []time.Duration{0, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			const n = 200
			a := newAccount(n, 0)
			d := &drawer{photos: map[bigin.RecordID][]byte{}, at: time.Now().Add(-age)}
			for i := range n {
				d.photos[id(i)] = make([]byte, 100)
			}
			c := over(t, a, believing, func(o *Options) { o.Tiers = []Tier{d} })
			listed(t, c, -1)
			for i := range n {
				mustPhoto(t, c, id(i))
				time.Sleep(10 * time.Millisecond) // a reader who looks at them
			}
			synctest.Wait()
			if got := d.times(); got < n || got > 2*n {
				t.Errorf("photos of %v ago: the tier was asked %d times for %d photos", age, got, n)
			}
			a.wantCalls(t, 0, 0, 1)
		})
	}
}
