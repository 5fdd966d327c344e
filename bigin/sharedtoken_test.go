package bigin_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// board is a TokenShare of one process.
type board struct {
	making chan struct{} // holds one value while nobody makes a token

	mu   sync.Mutex
	text []byte
	life time.Duration
}

func newBoard() *board {
	b := &board{making: make(chan struct{}, 1)}
	b.making <- struct{}{}
	return b
}

func (b *board) Begin(ctx context.Context, use func([]byte) bool) (done func()) {
	select {
	case <-b.making:
	case <-ctx.Done():
		return func() {}
	}
	b.mu.Lock()
	text := b.text
	b.mu.Unlock()
	if text != nil && use(text) {
		b.making <- struct{}{}
		return nil
	}
	return func() { b.making <- struct{}{} }
}

func (b *board) Keep(_ context.Context, text []byte, life time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text, b.life = text, life
}

// Fifty desks with one login make one token, and one more when Bigin refuses
// that.
func TestDesksShareOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		o := optionsFor(slowly(&srv))
		share := newBoard()
		o.Share = share
		desks := make([]*bigin.TokenSource, 50)
		for i := range desks {
			desks[i] = bigin.NewTokenSource(o)
		}
		ask := func() bigin.Token {
			var wg sync.WaitGroup
			got := make([]bigin.Token, len(desks))
			for i, s := range desks {
				wg.Go(func() { got[i] = mustToken(t, s) })
			}
			wg.Wait()
			for _, token := range got {
				if token.Access != got[0].Access || token.APIDomain != accountsURL {
					t.Error("another token")
				}
			}
			return got[0]
		}
		first := ask()
		wantCount(t, &srv, bigintest.KindToken, 1)
		if share.life != time.Until(first.Expiry) {
			t.Errorf("kept for %v", share.life)
		}
		for _, s := range desks {
			s.Reject(first.Access)
		}
		if ask().Access == first.Access {
			t.Error("the refused token came back")
		}
		wantCount(t, &srv, bigintest.KindToken, 2)
	})
}

// What others leave there is checked like a file of one's own.
func TestSharedTokenThatIsNoGood(t *testing.T) {
	for name, text := range map[string]string{
		"nonsense":        `{`,
		"odd characters":  `{"access_token":"1000.a\r\nX: y","api_domain":"` + accountsURL + `","fingerprint":"x"}`,
		"somebody else's": `{"access_token":"1000.a","api_domain":"` + accountsURL + `","fingerprint":"x","expiry":"2999-01-01T00:00:00Z"}`,
		"another server":  `{"access_token":"1000.a","api_domain":"https://evil.example","fingerprint":"x","expiry":"2999-01-01T00:00:00Z"}`,
	} {
		var srv bigintest.Server
		o := optionsFor(&srv)
		share := newBoard()
		share.text = []byte(text)
		o.Share = share
		if token := mustToken(t, bigin.NewTokenSource(o)); token.APIDomain != accountsURL || token.Access == "1000.a" {
			t.Errorf("%s: %v", name, token)
		}
		wantCount(t, &srv, bigintest.KindToken, 1)
		mustToken(t, bigin.NewTokenSource(o))
		wantCount(t, &srv, bigintest.KindToken, 1) // mended
	}
}

// A share that never answers costs a wait, and nothing else.
func TestShareThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		o := optionsFor(&srv)
		o.Share = &board{} // never lets anyone in
		begun := time.Now()
		mustToken(t, bigin.NewTokenSource(o))
		if spent := time.Since(begun); spent > 20*time.Second {
			t.Errorf("after %v", spent)
		}
	})
}
