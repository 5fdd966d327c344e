package cache

import (
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/biginfs/biginfs/bigin"
)

// slept is a time of now as a machine has it that slept for so long since: its
// monotonic clock stood still.
//
// https://go.dev/src/time/time.go (type Time)
func slept(d time.Duration) time.Time {
	t := time.Now().Add(-d)
	(*struct {
		_   uint64
		ext int64
	})(unsafe.Pointer(&t)).ext += int64(d)
	return t
}

// What a machine knew when it went to sleep has aged by the time it slept.
func TestMachineThatSlept(t *testing.T) {
	a := newAccount(1000, 0)
	c := over(t, a)
	listed(t, c, -1)
	mustPhoto(t, c, id(7))
	for c.photoLoads.arrives(key(contacts, id(7))) {
		runtime.Gosched() // it is in memory when its last reader has gone and all has arrived
	}
	x := c.index(contacts)
	whole, _ := x.state()
	next := *whole
	next.date = slept(attrTTL)
	x.replace(whole, &next)
	c.photos.mu.Lock()
	item, _ := c.photos.items.Get(key(contacts, id(7)))
	item.(*entry[*content]).since = slept(contentTTL)
	c.photos.mu.Unlock()

	if _, fresh, ok := c.photos.get(key(contacts, id(7))); !ok || fresh {
		t.Errorf("a photo from before it slept is there %t, fresh %t", ok, fresh)
	}
	a.set(func(a *account) { a.records[7].Name, a.records[7].Modified = "new", time.Now() })
	if r, err := record(t.Context(), c, id(7)); err != nil || r.Name != "new" {
		t.Errorf("a record from before it slept: %v, %v", r, err)
	}
}

// A clock that is set back while the mount runs makes nothing of another process
// live longer.
func TestClockSetBackAfterTheStart(t *testing.T) {
	then := time.Now().Add(-time.Hour).Round(0)
	if p := bigin.KeptPhoto([]byte(png), then); p.Fetched() == p.Fetched().Round(0) {
		t.Error("a photo of a tier goes by the wall clock")
	}
	k := kept{whole: newSnapshot(newChunks(newAccount(300, 0).records))}
	k.whole.date, k.whole.listed, k.whole.watermark = then, then, then
	state := t.TempDir() + "/default"
	if err := replaceFile(IndexFile(state, contacts), k.encode("me", contacts)); err != nil {
		t.Fatal(err)
	}
	log, _ := quiet()
	c := keeping(t, newAccount(300, 0), state, log)
	whole, _ := c.index(contacts).state()
	for what, at := range map[string]time.Time{"date": whole.date, "full listing": whole.listed} {
		if at == at.Round(0) || !at.Round(0).Equal(then) {
			t.Errorf("the %s of an index of another process is %v, by the wall clock alone", what, at)
		}
	}
}
