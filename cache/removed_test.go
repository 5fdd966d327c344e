package cache

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// A pipe in place of a file hangs nobody.
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

// untold is an account that may not say what was removed, and notes since when
// it was asked.
type untold struct {
	*account
	err   error
	since []time.Time
}

func (s *untold) Deleted(ctx context.Context, m bigin.Module, page int, since time.Time) (bigin.Deletions, error) {
	s.since = append(s.since, since)
	d, err := s.account.Deleted(ctx, m, page, since)
	if s.err != nil {
		return bigin.Deletions{}, s.err
	}
	return d, err
}

// remove takes a record away.
func (s *untold) remove(i int) {
	s.set(func(a *account) {
		gone := a.records[i]
		a.records = slices.Delete(a.records, i, i+1)
		a.deleted = append(a.deleted, bigin.Deletion{ID: gone.ID, Time: time.Now()})
	})
}

// removalsAreTold reports whether the status says that removals are told.
func removalsAreTold(c *Cache) bool { return c.Stats().Modules[0].Deleted }

// What was removed and could not be told for a reason that passes shows with
// the next renewal, which asks from where it is known. Meanwhile what changed is
// known, and the status says what is not.
func TestRemovalsAreAskedForAgain(t *testing.T) {
	for _, err := range []error{
		fmt.Errorf("%w: invalid character '<'", bigin.ErrProtocol), refusal(500, bigin.InternalError), refusal(429, bigin.TooManyRequests),
		refusal(400, "SOMETHING_ELSE"), refusal(401, bigin.InvalidToken), io.ErrUnexpectedEOF, bigin.ErrReserve,
	} {
		for _, remount := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				log, said := quiet()
				state := filepath.Join(t.TempDir(), "default")
				a := &untold{account: newAccount(1000, 0)}
				c := keeping(t, a, state, log)
				listed(t, c, -1)
				known := time.Now()
				a.remove(7)
				a.err = err
				for i := range 3 {
					time.Sleep(attrTTL)
					a.set(func(a *account) { a.records[i].Name, a.records[i].Modified = "new", time.Now().UTC() })
					if got := listed(t, c, -1); len(got) != 1000 || got[i].Name != "new" {
						t.Errorf("%v: %d records, the changed one %q", err, len(got), got[i].Name)
					}
				}
				if removalsAreTold(c) {
					t.Errorf("%v: the status says that removals are told", err)
				}
				if n := strings.Count(said.String(), "removed"); n != 1 {
					t.Errorf("%v: the log says so %d times: %s", err, n, said)
				}
				a.err = nil
				if remount {
					c.Close()
					c = keeping(t, a, state, log)
				}
				time.Sleep(attrTTL)
				if got := listed(t, c, -1); len(got) != 999 || !removalsAreTold(c) {
					t.Errorf("%v: the next renewal shows %d records, %t", err, len(got), removalsAreTold(c))
				}
				if got := a.since[len(a.since)-1]; got.After(known.Add(-overlap)) {
					t.Errorf("%v: it asks since %v, and removals are known as of %v", err, got, known)
				}
				time.Sleep(attrTTL)
				listed(t, c, -1)
				if got := a.since[len(a.since)-1]; !got.After(known.Add(-overlap)) {
					t.Errorf("%v: it goes on asking from %v", err, got)
				}
			})
		}
	}
}

// Where Bigin refuses to say what was removed, it is asked once an hour.
func TestRemovalsThatAreRefused(t *testing.T) {
	for _, err := range []error{
		refusal(404, bigin.InvalidURLPattern), refusal(404, ""), refusal(403, bigin.NoPermission), refusal(405, ""),
		refusal(401, bigin.OAuthScopeMismatch), refusal(400, bigin.AuthorizationFailed), refusal(400, bigin.InvalidModule),
	} {
		synctest.Test(t, func(t *testing.T) {
			log, said := quiet()
			a := &untold{account: newAccount(1000, 0), err: err}
			c := over(t, a, func(o *Options) { o.Log = log })
			listed(t, c, -1)
			a.remove(7)
			for range 150 { // two and a half hours
				time.Sleep(attrTTL)
				if n := len(listed(t, c, -1)); n != 1000 {
					t.Fatalf("%v: %d records", err, n)
				}
			}
			if n := len(a.since); n != 3 || removalsAreTold(c) {
				t.Errorf("%v: asked %d times in two and a half hours, %t", err, n, removalsAreTold(c))
			}
			if n := strings.Count(said.String(), "removed"); n != 1 {
				t.Errorf("%v: the log says so %d times: %s", err, n, said)
			}
			a.err = nil
			time.Sleep(time.Hour)
			if n := len(listed(t, c, -1)); n != 999 || !removalsAreTold(c) {
				t.Errorf("%v: once it is allowed: %d records, %t", err, n, removalsAreTold(c))
			}
		})
	}
}
