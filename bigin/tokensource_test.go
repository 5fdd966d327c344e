package bigin_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

func TestTokenIsMadeOnceAndRenewedBeforeItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		s := bigin.NewTokenSource(optionsFor(&srv))
		first := mustToken(t, s)
		if first.APIDomain != accountsURL {
			t.Errorf("api_domain %q, want %q", first.APIDomain, accountsURL)
		}
		time.Sleep(59*time.Minute - time.Second)
		if mustToken(t, s) != first {
			t.Error("replaced before its time")
		}
		time.Sleep(time.Second)
		if mustToken(t, s) == first {
			t.Error("used in its last minute")
		}
		wantCount(t, &srv, bigintest.KindToken, 2)
	})
}

func TestTokenWithAShortLifeIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := bigintest.Server{Behaviour: bigintest.Behaviour{TokenLife: 20 * time.Second}}
		s := bigin.NewTokenSource(optionsFor(&srv))
		mustToken(t, s)
		time.Sleep(9 * time.Second)
		mustToken(t, s)
		wantCount(t, &srv, bigintest.KindToken, 1)
	})
}

func TestTokenLivesAnHourAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // Zoho has sent milliseconds in expires_in
		s := bigin.NewTokenSource(optionsFor(always(200, `{"access_token":"a","api_domain":"https://www.zohoapis.eu","expires_in":3600000}`)))
		if got := time.Until(mustToken(t, s).Expiry); got != time.Hour {
			t.Errorf("lives %v", got)
		}
	})
}

func TestCallersShareOneRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		s := bigin.NewTokenSource(optionsFor(slowly(&srv)))
		client := &http.Client{Transport: &bigin.Transport{Base: inMemory{&srv}, Tokens: s}}
		mustToken(t, s)
		srv.RevokeTokens()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				res, err := get(t, client, accountsURL+"/bigin/v2/Contacts?fields=id")
				if err != nil || res.StatusCode != http.StatusNoContent {
					t.Errorf("%v, %v", res, err)
				}
			})
		}
		wg.Wait()
		wantCount(t, &srv, bigintest.KindToken, 2)
	})
}

func TestCallersWaitForThemselvesOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		s := bigin.NewTokenSource(optionsFor(slowly(&srv)))
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			start := time.Now()
			if _, err := s.Token(ctx); !errors.Is(err, gone) || time.Since(start) != 500*time.Millisecond {
				t.Errorf("%v after %v", err, time.Since(start))
			}
		})
		wg.Go(func() { mustToken(t, s) })
		time.Sleep(500 * time.Millisecond)
		cancel(gone)
		wg.Wait()
		if _, err := s.Token(ctx); !errors.Is(err, gone) {
			t.Errorf("a context that is over: %v", err)
		}
		wantCount(t, &srv, bigintest.KindToken, 1)
	})
}

func TestSilentAccountsServerEndsTheRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := optionsFor(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		o.HTTP.Timeout = time.Hour
		s := bigin.NewTokenSource(o)
		start := time.Now()
		_, err := s.Token(t.Context())
		if err == nil || time.Since(start) > time.Minute {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if got := s.State(); got.Status != bigin.TokenNone || got.Err == nil || !got.ErrTime.Equal(time.Now()) {
			t.Errorf("state %+v", got)
		}
	})
}

func TestPanicIsAnError(t *testing.T) {
	var srv bigintest.Server
	o := optionsFor(&srv)
	panics := true
	o.Credentials = func() (bigin.Credentials, error) {
		if panics {
			panic(credentials.RefreshToken)
		}
		return credentials, nil
	}
	s := bigin.NewTokenSource(o)
	if _, err := s.Token(t.Context()); !errors.Is(err, bigin.ErrPanic) {
		t.Error(err)
	}
	panics = false
	mustToken(t, s)
}

func TestMissingCredentials(t *testing.T) {
	broken := errors.New("broken file")
	for name, c := range map[string]struct {
		ask  func() (bigin.Credentials, error)
		want error
	}{
		"no function": {nil, bigin.ErrNoCredentials},
		"none":        {func() (bigin.Credentials, error) { return bigin.Credentials{}, nil }, bigin.ErrNoCredentials},
		"an error":    {func() (bigin.Credentials, error) { return bigin.Credentials{}, broken }, broken},
	} {
		t.Run(name, func(t *testing.T) {
			s := bigin.NewTokenSource(bigin.TokenOptions{Credentials: c.ask})
			if _, err := s.Token(t.Context()); !errors.Is(err, c.want) {
				t.Error(err)
			}
		})
	}
}
