package cache

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// tardy is an account that answers a second after it was told to stop.
type tardy struct{ *account }

func (s tardy) Photo(ctx context.Context, m bigin.Module, id bigin.RecordID) (*bigin.Photo, error) {
	<-ctx.Done()
	time.Sleep(time.Second)
	return s.account.Photo(context.Background(), m, id)
}

func (s tardy) Records(ctx context.Context, m bigin.Module, token string) (bigin.Page, error) {
	if m == bigin.Accounts {
		<-ctx.Done()
		time.Sleep(time.Second)
	}
	return s.account.Records(context.Background(), m, token)
}

// After Close nothing of a cache runs, and nothing is written.
func TestNothingOutlivesClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state := filepath.Join(t.TempDir(), "default")
		c := keeping(t, tardy{newAccount(1000, 0)}, state, slog.New(slog.DiscardHandler))
		listed(t, c, -1)
		go func() { _, _, _ = c.Photo(t.Context(), contacts, id(7), nil) }()
		go func() { _, _, _ = c.Listing(bigin.Accounts).After(t.Context(), 0) }()
		time.Sleep(time.Second)
		c.Close()
		synctest.Wait()
		if left := ofCache(); left != "" {
			t.Errorf("after Close there runs\n%s", left)
		}
		for _, m := range bigin.Modules() {
			if err := os.Remove(IndexFile(state, m)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Error(err)
			}
		}
		time.Sleep(24 * time.Hour)
		if list, err := filepath.Glob(state + "*"); err != nil || len(list) > 0 {
			t.Errorf("after Close there was written: %v, %v", list, err)
		}
		if n := len(c.lives.timers); n != 0 {
			t.Errorf("%d timers are left", n)
		}
	})
}

// Whoever still asks after Close is told so, and does not wait.
func TestAskedAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		c := over(t, a, func(o *Options) { o.Ahead = ahead })
		c.Close()
		begin := time.Now()
		_, errPhoto := photo(t.Context(), c, id(1))
		_, errRecord := record(t.Context(), c, id(2))
		_, _, errList := c.Listing(contacts).After(t.Context(), 0)
		for what, err := range map[string]error{"photo": errPhoto, "record": errRecord, "listing": errList} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if waited := time.Since(begin); waited > 0 {
			t.Errorf("it took %v", waited)
		}
		a.wantCalls(t, 0, 0, 0)
	})
}

// ofCache are the goroutines that a cache began.
func ofCache() string {
	all := make([]byte, 1<<20)
	var left []string
	for _, one := range strings.Split(string(all[:runtime.Stack(all, true)]), "\n\n") {
		if _, by, ok := strings.Cut(one, "created by "); ok && strings.HasPrefix(by, "github.com/biginfs/biginfs/cache.(*") {
			left = append(left, one)
		}
	}
	return strings.Join(left, "\n\n")
}
