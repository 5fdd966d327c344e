package cache

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// fleet is other desks that have an index, or none.
type fleet struct {
	index []byte
	asOf  time.Time

	mu    sync.Mutex
	asked int
	kept  int
	done  int
	gate  chan struct{} // BeginIndex waits for it, if not nil
}

func (f *fleet) BeginPhoto(context.Context, bigin.Module, bigin.Record) ([]byte, time.Time, func()) {
	return nil, time.Time{}, func() {}
}

func (f *fleet) BeginIndex(context.Context, bigin.Module, time.Time) ([]byte, time.Time, func()) {
	f.mu.Lock()
	f.asked++
	f.mu.Unlock()
	if f.gate != nil {
		<-f.gate
	}
	return f.index, f.asOf, func() { f.mu.Lock(); f.done++; f.mu.Unlock() }
}

func (f *fleet) KeepIndex(bigin.Module, []byte, time.Time) { f.mu.Lock(); f.kept++; f.mu.Unlock() }

// Readers who find a module unknown at the same time are all content with the
// index of another desk.
func TestIndexOfAnotherDeskIsForAllReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		whole := newSnapshot(newChunks(a.records))
		whole.date, whole.watermark, whole.listed, whole.how = time.Now(), time.Now(), time.Now(), byListing
		f := &fleet{index: kept{whole: whole}.encode("", contacts), asOf: time.Now(), gate: make(chan struct{})}
		c := over(t, a, func(o *Options) { o.Fleet = f })
		var readers sync.WaitGroup
		for range 5 {
			readers.Go(func() {
				if n := len(listed(t, c, -1)); n != 1000 {
					t.Errorf("%d records", n)
				}
			})
		}
		synctest.Wait()
		close(f.gate)
		readers.Wait()
		a.wantCalls(t, 0, 0, 0)
	})
}

// A listing that other desks wait for is loaded to its end, whoever stops
// reading it.
func TestListingForOtherDesks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(3000, 0)
		f := &fleet{}
		c := over(t, a, func(o *Options) { o.Fleet = f })
		listed(t, c, 1)
		synctest.Wait()
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.kept != 1 || f.done != 1 {
			t.Errorf("after the first record: index kept %d times, done %d times", f.kept, f.done)
		}
	})
}
