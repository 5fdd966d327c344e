package cache

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// latency is that of a photo call in these tests.
const latency = 50 * time.Millisecond

// ahead is the number of photos fetched ahead at once in these tests.
const ahead = 10

// busy makes each photo call take its time and remembers how many there were at
// once.
type busy struct {
	mu        sync.Mutex
	now, most int
}

func (b *busy) wait(context.Context, bigin.RecordID) error {
	b.mu.Lock()
	b.now++
	b.most = max(b.most, b.now)
	b.mu.Unlock()
	time.Sleep(latency)
	b.mu.Lock()
	b.now--
	b.mu.Unlock()
	return nil
}

// walked is an account of n records that is listed, and a cache that reads
// ahead.
func walked(t *testing.T, n, without int, change ...func(*Options)) (*account, *Cache, *busy) {
	t.Helper()
	a, b := newAccount(n, without), new(busy)
	a.onPhoto = b.wait
	c := over(t, a, append([]func(*Options){func(o *Options) { o.Ahead = ahead }}, change...)...)
	listed(t, c, -1)
	return a, c, b
}

// wantOnce fails the test unless each record with a photo was asked for once,
// and no other.
func wantOnce(t *testing.T, a *account) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.records {
		want := 0
		if r.HasPhoto() {
			want = 1
		}
		if a.asked[r.ID] != want {
			t.Errorf("record %v was asked for %d times, want %d", r.ID, a.asked[r.ID], want)
		}
	}
}

// photosOf are the ids of records with a photo.
func photosOf(a *account) (ids []bigin.RecordID) {
	for _, r := range a.records {
		if r.HasPhoto() {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// A walk costs each photo once, and about as long as ten at once take.
func TestWalks(t *testing.T) {
	for _, backwards := range []bool{false, true} {
		for _, without := range []int{0, 5, 2} {
			for _, looks := range []int{1, 3} { // rsync and du look before they read
				synctest.Test(t, func(t *testing.T) {
					a, c, b := walked(t, 300, without)
					ids := photosOf(a)
					if backwards {
						slices.Reverse(ids)
					}
					begin := time.Now()
					for _, id := range ids {
						for range looks {
							mustPhoto(t, c, id)
						}
					}
					spent := time.Since(begin)
					synctest.Wait()
					wantOnce(t, a)
					best := time.Duration(len(ids)) * latency / ahead
					if spent > best+4*latency {
						t.Errorf("backwards %t, every %dth without: %v, at best %v", backwards, without, spent, best)
					}
					if b.most > ahead+1 {
						t.Errorf("%d at once", b.most)
					}
					if s := c.Stats(); s.Ahead != s.AheadUsed || s.AheadWasted != 0 || s.Ahead < int64(len(ids)-5) {
						t.Errorf("%+v", s)
					}
					if n := c.walks.unread.Load(); n != 0 || c.walks.running.Load() != 0 {
						t.Errorf("%d bytes unread, %d running", n, c.walks.running.Load())
					}
				})
			}
		}
	}
}

// Two neighbours make a walk, and it grows as it goes on.
func TestWalkBegins(t *testing.T) {
	var others []int // none next to another
	for i := 30; i < 100; i += 2 {
		others = append(others, i)
	}
	for _, c := range []struct {
		name  string
		reads []int
		ahead []int // fetched beyond these
	}{
		{"one", []int{50}, nil},
		{"the same again", []int{50, 50, 50}, nil},
		{"not neighbours", []int{50, 52, 54, 20, 90, 48}, nil},
		{"two", []int{50, 51}, []int{52, 53, 54, 55}},
		{"two backwards", []int{51, 50}, []int{49, 48, 47, 46}},
		{"two with another between", []int{50, 10, 51}, []int{52}},
		{"three", []int{50, 51, 52}, []int{53, 54, 55, 56, 57, 58, 59, 60}},
		{"four", []int{50, 51, 52, 53}, []int{54, 55, 56, 57, 58, 59, 60, 61, 62, 63}},
		{"five", []int{50, 51, 52, 53, 54}, []int{55, 56, 57, 58, 59, 60, 61, 62, 63, 64}},
		{"two with many others between", []int{50, 10, 20, 30, 40, 51}, []int{52}},
		{"a turn", []int{50, 51, 50, 49}, []int{45, 46, 47, 48, 52, 53, 54, 55}},
		{"begun out of order", []int{51, 50, 52, 53, 54}, []int{46, 47, 48, 49, 55, 56, 57, 58, 59, 60, 61, 62}},
		{"out of order", []int{50, 51, 52, 53, 51, 50, 52, 54}, []int{55, 56, 57, 58, 59, 60, 61, 62, 63, 64}},
		{"one that skips", []int{50, 51, 52, 54, 55}, []int{53, 56, 57, 58, 59, 60, 61, 62, 63}},
		{"one among many others", slices.Concat([]int{10}, others[:15], []int{11}, others[15:30], []int{12}), []int{13, 14}},
		{"too many others", slices.Concat([]int{10}, others[:16], []int{11}), nil},
		{"the end", []int{98, 99}, nil},
		{"the beginning", []int{1, 0}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, cache, _ := walked(t, 100, 0)
				for _, i := range c.reads {
					mustPhoto(t, cache, id(i))
					time.Sleep(time.Second)
				}
				a.mu.Lock()
				defer a.mu.Unlock()
				var got []int
				for i := range 100 {
					if a.asked[id(i)] > 0 && !slices.Contains(c.reads, i) {
						got = append(got, i)
					}
				}
				slices.Sort(c.ahead)
				if !slices.Equal(got, c.ahead) {
					t.Errorf("%v, want %v", got, c.ahead)
				}
			})
		})
	}
}

// Without a listing there are no neighbours, and without Ahead no walks.
func TestNoWalks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(100, 0)
		unlisted := over(t, a, func(o *Options) { o.Ahead = ahead })
		off := over(t, a)
		listed(t, off, -1)
		for i := range 10 {
			mustPhoto(t, unlisted, id(i))
			mustPhoto(t, off, id(i))
		}
		synctest.Wait()
		a.wantCalls(t, 20, 0, 1)
	})
}

// Many walks at once share the limit, and none costs more than it reads.
func TestWalksShareTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const walkers = 8
		a, c, b := walked(t, 800, 5)
		ids := photosOf(a)
		var wg sync.WaitGroup
		for part := range slices.Chunk(ids, len(ids)/walkers) {
			wg.Go(func() {
				for _, id := range part {
					mustPhoto(t, c, id)
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		wantOnce(t, a)
		if b.most > ahead+walkers {
			t.Errorf("%d at once", b.most)
		}
	})
}

// Several readers of one walk, as xargs -P makes them, are a little out of
// order.
func TestWalkOfManyReaders(t *testing.T) {
	for _, readers := range []int{2, 4, 8} {
		synctest.Test(t, func(t *testing.T) {
			a, c, _ := walked(t, 400, 5)
			ids := photosOf(a)
			next := make(chan bigin.RecordID)
			var wg sync.WaitGroup
			begin := time.Now()
			for i := range readers {
				wg.Go(func() {
					for id := range next {
						mustPhoto(t, c, id)
						time.Sleep(time.Duration(i) * time.Millisecond)
					}
				})
			}
			for _, id := range ids {
				next <- id
			}
			close(next)
			wg.Wait()
			spent := time.Since(begin)
			synctest.Wait()
			wantOnce(t, a)
			if best := time.Duration(len(ids)) * latency / ahead; spent > best*3/2 {
				t.Errorf("%d readers: %v, at best %v", readers, spent, best)
			}
		})
	}
}

// Reading here and there fetches what is asked for and hardly more.
func TestRandomReads(t *testing.T) {
	const runs, reads, most = 100, 100, 10
	extra := make([]int, runs)
	for seed := range runs {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(seed), 3))
			a, c, _ := walked(t, 1000, 0)
			for _, i := range r.Perm(1000)[:reads] {
				mustPhoto(t, c, id(i))
			}
			time.Sleep(time.Second)
			s := c.Stats()
			extra[seed] = a.calls()[0] - reads
			if int64(extra[seed]) != s.Ahead-s.AheadUsed {
				t.Errorf("run %d: %d more calls, and %+v", seed, extra[seed], s)
			}
		})
	}
	slices.Sort(extra)
	if got := extra[runs*98/100]; got > most {
		t.Errorf("one of fifty runs costs %d calls more, want %d; all: %v", got, most, extra)
	}
}

// An error ends a walk; the calls that it had begun are all it costs.
func TestWalkMeetsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, c, b := walked(t, 300, 0)
		boom := errors.New("connection refused")
		a.set(func(a *account) {
			a.onPhoto = func(ctx context.Context, i bigin.RecordID) error {
				if err := b.wait(ctx, i); i < id(100) {
					return err
				}
				return boom
			}
		})
		for i := range 100 {
			mustPhoto(t, c, id(i))
		}
		time.Sleep(time.Second)
		calls := a.calls()[0]
		if calls > 100+2*ahead {
			t.Errorf("%d calls for 100 photos", calls)
		}
		for i := 100; i < 103; i++ { // goes on without read-ahead
			if _, err := photo(t.Context(), c, id(i)); err != boom {
				t.Error(err)
			}
		}
		time.Sleep(time.Second)
		if got := a.calls()[0] - calls; got > 3+sureWindow+2*sureWindow {
			t.Errorf("%d more calls for three photos", got)
		}
	})
}

// A photo that is gone does not end a walk.
func TestWalkPassesMissingPhotos(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, c, _ := walked(t, 300, 0)
		ids := photosOf(a)
		for i := 7; i < 300; i += 2 {
			a.setPhoto(ids[i], false) // after it was listed
		}
		begin := time.Now()
		for i, id := range ids {
			if _, err := photo(t.Context(), c, id); errors.Is(err, bigin.ErrNoPhoto) != (i >= 7 && i%2 == 1) {
				t.Error(i, err)
			}
		}
		if spent, best := time.Since(begin), 300*latency/ahead; spent > 5*best/2 {
			t.Errorf("%v, at best %v", spent, best)
		}
		a.wantCalls(t, 300, 0, 2)
	})
}

// However small the cache: what was fetched ahead is there when it is read.
func TestWalkThroughASmallCache(t *testing.T) {
	for _, photos := range []int64{1, 2, 3, 5, 8, 12, 20, 40} {
		for _, uneven := range []bool{false, true} {
			if uneven && photos < 8 {
				continue // two large ones may be more than half of it
			}
			synctest.Test(t, func(t *testing.T) {
				a, c, b := walked(t, 300, 5, func(o *Options) { o.Size = photos * 100 })
				if uneven {
					a.set(func(a *account) {
						a.onPhoto = func(ctx context.Context, i bigin.RecordID) error {
							a.set(func(a *account) { a.size = 50 + int(i)%100 })
							return b.wait(ctx, i)
						}
					})
				}
				for _, id := range photosOf(a) {
					mustPhoto(t, c, id)
					if s := c.Stats(); s.Bytes > s.Size && s.Photos > 1 {
						t.Fatalf("%+v", s)
					}
				}
				synctest.Wait()
				allowed := int64(0)
				if uneven { // their size is a guess
					allowed = c.Stats().Ahead / 50
				}
				if s := c.Stats(); s.AheadWasted > allowed {
					t.Errorf("of %d photos, uneven %t: %+v", photos, uneven, s)
				}
				if photos >= 40 || photos >= 12 && !uneven {
					wantOnce(t, a)
				}
				if s := c.Stats(); photos >= 40 && s.AheadUsed < 200 {
					t.Errorf("of %d photos: %+v", photos, s)
				}
			})
		}
	}
}

// A walk over photos past their time fetches all again, ahead as before.
func TestWalkAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, c, _ := walked(t, 300, 0)
		for i := range 3 {
			begin := time.Now()
			for i := range 300 {
				mustPhoto(t, c, id(i))
			}
			if spent, best := time.Since(begin), 300*latency/ahead; spent > best+4*latency {
				t.Errorf("walk %d: %v, at best %v", i, spent, best)
			}
			synctest.Wait()
			if got := a.calls()[0]; got != (i+1)*300 {
				t.Errorf("%d calls after walk %d", got, i)
			}
			for range 5 { // all from the cache
				mustPhoto(t, c, id(i*7))
			}
			time.Sleep(contentTTL + time.Duration(i)*reuse)
		}
		if s := c.Stats(); s.AheadWasted != 0 || s.Ahead != s.AheadUsed {
			t.Errorf("%+v", s)
		}
	})
}

// What was fetched ahead and left the cache unread was wasted.
func TestWastedIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, _ := walked(t, 300, 0)
		for i := range 10 {
			mustPhoto(t, c, id(i))
		}
		time.Sleep(time.Second)
		s := c.Stats()
		left := s.Ahead - s.AheadUsed
		if left != ahead || s.AheadWasted != 0 || c.walks.unread.Load() != left*100 {
			t.Errorf("%+v, %d bytes unread", s, c.walks.unread.Load())
		}
		mustPhoto(t, c, id(12))                                   // of these
		time.Sleep(contentTTL + reuse + time.Second + sweepEvery) // nothing is put meanwhile
		synctest.Wait()
		s = c.Stats()
		if s.Ahead != s.AheadUsed+s.AheadWasted || s.AheadWasted < left-1 || c.walks.unread.Load() != 0 {
			t.Errorf("%+v, %d bytes unread", s, c.walks.unread.Load())
		}
	})
}

// Whoever has read the listing and begins at one end of it goes through all of
// it: the first photo is worth as many as may be fetched at once.
func TestWalkFromTheListing(t *testing.T) {
	for _, c := range []struct {
		name         string
		first, ahead int
	}{
		{"the first", 0, ahead}, {"the last", 98, ahead}, {"another", 1, 0}, {"one without a photo", 99, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, cache, _ := walked(t, 100, 5)
				cache.Walk(contacts, id(c.first))
				synctest.Wait()
				if got := a.asked[id(c.first)]; got != min(c.ahead, 1) {
					t.Errorf("the photo itself was asked for %d times", got) // it would have to wait for the others
				}
				if c.first != 99 {
					mustPhoto(t, cache, id(c.first))
				}
				time.Sleep(time.Second)
				want := c.ahead
				if c.first != 99 {
					want++
				}
				if got := a.calls()[0]; got != want {
					t.Errorf("%d photos were fetched, want %d", got, want)
				}
			})
		})
	}
}
