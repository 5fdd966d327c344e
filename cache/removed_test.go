package cache

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// What is found missing by asking for it leaves the tiers too: no later
// renewal says that it was removed.
func TestMissingRecordLeavesTheTiers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		d := &drawer{photos: map[bigin.RecordID][]byte{}}
		c := over(t, a, func(o *Options) { o.Tiers = []Tier{d} })
		listed(t, c, -1)
		mustPhoto(t, c, id(7))
		synctest.Wait()
		if d.photos[id(7)] == nil {
			t.Fatal("it was not kept")
		}
		a.set(func(a *account) { delete(a.byID, id(7)) })
		time.Sleep(contentTTL)
		if _, err := photo(t.Context(), c, id(7)); !absent(err) {
			t.Fatal(err)
		}
		if d.photos[id(7)] != nil {
			t.Error("the photo of a record that is gone is still kept")
		}
	})
}

// A photo that arrives while its record is found to have changed is shown no
// longer than the record is: it may be the one before.
func TestPhotoThatChangesOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		c := over(t, a)
		listed(t, c, -1)
		time.Sleep(attrTTL - 10*time.Second)
		a.set(func(a *account) {
			a.onPhoto = func(_ context.Context, _ bigin.RecordID) error {
				a.mu.Lock()
				a.onPhoto = nil
				r := &a.records[7]
				r.Modified, r.Image = time.Now().UTC().Truncate(time.Second), 2
				a.mu.Unlock()
				time.Sleep(20 * time.Second) // it is the one before, and slow
				if n := len(listed(t, c, -1)); n != 1000 {
					t.Errorf("%d records", n)
				}
				return nil
			}
		})
		mustPhoto(t, c, id(7))
		mustPhoto(t, c, id(7))
		if got := a.calls()[0]; got != 2 {
			t.Errorf("%d photo calls, want 2: the photo of the record as it was is not that of now", got)
		}
	})
}

// A file that is none hangs nobody.
func TestIndexFileThatIsAPipe(t *testing.T) {
	state := filepath.Join(t.TempDir(), "me")
	log, _ := quiet()
	c := keeping(t, newAccount(300, 0), state, log)
	listed(t, c, -1)
	file := IndexFile(state, contacts)
	c.index(contacts).save(c)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	go func() { c.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for someone to write into a pipe")
	}
}
