package bigin_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

func TestRejectIgnoresOtherTokens(t *testing.T) {
	var srv bigintest.Server
	s := bigin.NewTokenSource(optionsFor(&srv))
	first := mustToken(t, s)
	s.Reject("another")
	s.Reject("")
	if mustToken(t, s) != first {
		t.Error("replaced")
	}
	s.Reject(first.Access)
	second := mustToken(t, s)
	s.Reject(first.Access)
	if second == first || mustToken(t, s) != second {
		t.Error("not replaced, or once too often")
	}
}

// Each round trip is answered 401 for a token that Zoho has just made.
func TestRefusedNewTokensCostFewGrants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		s := bigin.NewTokenSource(optionsFor(&srv))
		api := always(http.StatusUnauthorized, `{"code":"INVALID_TOKEN"}`)
		client := &http.Client{Transport: &bigin.Transport{Base: inMemory{api}, Tokens: s}}
		ask := func() error {
			_, err := get(t, client, accountsURL+"/bigin/v2/Contacts")
			return err
		}
		if err := ask(); err != nil { // the second 401 is the answer
			t.Error(err)
		}
		for range 20 {
			if err := ask(); !errors.Is(err, bigin.ErrRefused) {
				t.Errorf("%v", err)
			}
		}
		wantCount(t, &srv, bigintest.KindToken, 2)
		for range 60 {
			time.Sleep(10 * time.Second)
			_ = ask()
		}
		if n := srv.Count(bigintest.KindToken); n > 7 {
			t.Errorf("%d grants in ten minutes", n)
		}
	})
}

func TestProvenTokensAreReplacedAtOnce(t *testing.T) {
	var srv bigintest.Server
	s := bigin.NewTokenSource(optionsFor(&srv))
	client := &http.Client{Transport: &bigin.Transport{Base: inMemory{&srv}, Tokens: s}}
	for i := range 5 {
		if _, err := get(t, client, accountsURL+"/bigin/v2/Contacts?fields=id"); err != nil {
			t.Fatal(i, err)
		}
		srv.RevokeTokens()
	}
	wantCount(t, &srv, bigintest.KindToken, 5)
}

func TestRefusedCredentialsAreNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		srv.RefuseGrant(true)
		s := bigin.NewTokenSource(optionsFor(&srv))
		ask := func(requests int) {
			t.Helper()
			var auth *bigin.AuthError
			_, err := s.Token(t.Context())
			if !errors.Is(err, bigin.ErrRefused) || !errors.As(err, &auth) || auth.Hint == "" || auth.Code != "invalid_code" {
				t.Errorf("%v", err)
			}
			wantCount(t, &srv, bigintest.KindToken, requests)
		}
		ask(1)
		asked := time.Now()
		time.Sleep(5*time.Minute - time.Second)
		ask(1)
		if got := s.State(); got.Status != bigin.TokenRefused || !got.ErrTime.Equal(asked) {
			t.Errorf("state %+v", got)
		}
		time.Sleep(time.Second)
		ask(2)
		srv.RefuseGrant(false)
		time.Sleep(5 * time.Minute)
		mustToken(t, s)
	})
}

func TestNewCredentialsHealAtOnce(t *testing.T) {
	var srv bigintest.Server
	o := optionsFor(&srv)
	c := credentials
	c.RefreshToken = "1000.revoked"
	o.Credentials = func() (bigin.Credentials, error) { return c, nil }
	s := bigin.NewTokenSource(o)
	if _, err := s.Token(t.Context()); !errors.Is(err, bigin.ErrRefused) {
		t.Fatal(err)
	}
	c = credentials
	c.ClientSecret = "mistyped"
	if _, err := s.Token(t.Context()); !errors.Is(err, bigin.ErrRefused) {
		t.Fatal(err)
	}
	c = credentials
	mustToken(t, s)
	if got := s.State(); got.Status != bigin.TokenLive || got.Err != nil || !got.ErrTime.IsZero() {
		t.Errorf("state %+v", got)
	}
}

func TestTokenOfAnotherProcessHealsAtOnce(t *testing.T) {
	var srv bigintest.Server
	o := withFile(t, optionsFor(&srv))
	s := bigin.NewTokenSource(o)
	srv.RefuseGrant(true)
	if _, err := s.Token(t.Context()); !errors.Is(err, bigin.ErrRefused) {
		t.Fatal(err)
	}
	srv.RefuseGrant(false)
	other := mustToken(t, bigin.NewTokenSource(o))
	if mustToken(t, s).Access != other.Access {
		t.Error("another token than the one in the file")
	}
}

func TestTooManyGrantsAreLeftAlone(t *testing.T) {
	for _, status := range []int{200, 400} {
		synctest.Test(t, func(t *testing.T) {
			var n atomic.Int32
			s := bigin.NewTokenSource(optionsFor(counted(&n, always(status,
				`{"error_description":"You have made too many requests continuously.","error":"Access Denied","status":"failure"}`))))
			ask := func(requests int32) {
				t.Helper()
				if _, err := s.Token(t.Context()); !errors.Is(err, bigin.ErrManyGrants) || n.Load() != requests {
					t.Errorf("%v after %d requests, want %d", err, n.Load(), requests)
				}
			}
			ask(1)
			time.Sleep(15*time.Minute - time.Second)
			ask(1)
			if got := s.State().Status; got != bigin.TokenThrottled {
				t.Errorf("state %s", got)
			}
			time.Sleep(time.Second)
			ask(2)
		})
	}
}

func TestTokenIsProvenByItsFirstAnswer(t *testing.T) {
	var srv bigintest.Server
	s := bigin.NewTokenSource(optionsFor(&srv))
	client := &http.Client{Transport: &bigin.Transport{Base: inMemory{&srv}, Tokens: s}}
	s.Reject(mustToken(t, s).Access) // a token that never worked: no other such may be replaced for a minute
	for range 2 {
		if res, err := get(t, client, accountsURL+"/bigin/v2/Contacts?fields=id"); err != nil || res.StatusCode != http.StatusNoContent {
			t.Fatal(res, err)
		}
		srv.RevokeTokens()
	}
	wantCount(t, &srv, bigintest.KindToken, 3)
}
