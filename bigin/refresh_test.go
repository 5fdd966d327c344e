package bigin_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

func TestRefreshForm(t *testing.T) {
	var got url.Values
	var auth, query string
	s := bigin.NewTokenSource(optionsFor(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got, auth, query = r.PostForm, r.Header.Get("Authorization"), r.URL.RawQuery
		always(200, `{"access_token":"1000.a","api_domain":"https://www.zohoapis.eu/","expires_in":3600}`).ServeHTTP(w, r)
	})))
	if token := mustToken(t, s); token.APIDomain != "https://www.zohoapis.eu" {
		t.Errorf("api_domain %q", token.APIDomain)
	}
	for k, want := range map[string]string{
		"grant_type": "refresh_token", "refresh_token": credentials.RefreshToken,
		"client_id": credentials.ClientID, "client_secret": credentials.ClientSecret,
	} {
		if got.Get(k) != want {
			t.Errorf("%s is wrong", k)
		}
	}
	if auth != "" || query != "" {
		t.Error("credentials outside the form")
	}
}

func TestRefreshAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		body     string
		want     error
		code     string
		requests int32
	}{
		"bad refresh token": {200, `{"error":"invalid_code"}`, bigin.ErrRefused, "invalid_code", 1},
		"bad client":        {200, `{"error":"invalid_client"}`, bigin.ErrRefused, "invalid_client", 1},
		"bad secret":        {200, `{"error":"invalid_client_secret"}`, bigin.ErrRefused, "invalid_client_secret", 1},
		"with status 400":   {400, `{"error":"invalid_code"}`, bigin.ErrRefused, "invalid_code", 1},
		"unheard of":        {200, `{"error":"inactive_user"}`, bigin.ErrRefused, "inactive_user", 1},
		"throttled":         {400, `{"error":"Access Denied"}`, bigin.ErrManyGrants, "Access Denied", 1},
		"throttled, 200":    {200, `{"error":"Access Denied"}`, bigin.ErrManyGrants, "Access Denied", 1},
		"429":               {429, ``, bigin.ErrManyGrants, "", 1},
		"HTML":              {200, `<html>sign in to the hotel</html>`, bigin.ErrProtocol, "", 1},
		"no token":          {200, `{}`, bigin.ErrProtocol, "", 1},
		"null":              {200, `null`, bigin.ErrProtocol, "", 1},
		"not found":         {404, `<html>`, bigin.ErrProtocol, "", 1},
		"a redirect":        {307, ``, bigin.ErrProtocol, "", 1},
		"insecure API":      {200, `{"access_token":"a","api_domain":"http://www.zohoapis.com"}`, bigin.ErrInsecureURL, "", 1},
		"server error":      {503, `busy`, nil, "", 3},
		"general error":     {200, `{"error":"general_error"}`, nil, "general_error", 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n atomic.Int32
				s := bigin.NewTokenSource(optionsFor(counted(&n, always(c.status, c.body))))
				_, err := s.Token(t.Context())
				var auth *bigin.AuthError
				if !errors.As(err, &auth) || auth.Code != c.code {
					t.Fatalf("%v", err)
				}
				var answer *bigin.Error
				if c.want == nil && (!errors.As(err, &answer) || answer.Status < 500) || c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}
				if n.Load() != c.requests {
					t.Errorf("%d requests, want %d", n.Load(), c.requests)
				}
			})
		})
	}
}

func TestRefreshOutlastsAPassingFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		n := 0
		o := optionsFor(&srv)
		o.HTTP.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			switch n++; n {
			case 1:
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			case 2:
				return inMemory{always(502, "bad gateway")}.RoundTrip(r)
			}
			return inMemory{&srv}.RoundTrip(r)
		})
		start := time.Now()
		mustToken(t, bigin.NewTokenSource(o))
		if time.Since(start) == 0 {
			t.Error("no pause between the tries")
		}
	})
}

// After an answer that is not Zoho's, as of a network that wants a login first,
// nobody asks for half a minute.
func TestRefreshAfterAStrangeAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		var n atomic.Int32
		strange := true
		s := bigin.NewTokenSource(optionsFor(counted(&n, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strange {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			srv.ServeHTTP(w, r)
		}))))
		for range 30 {
			if _, err := s.Token(t.Context()); !errors.Is(err, bigin.ErrProtocol) || n.Load() != 1 {
				t.Fatalf("%v, after %d requests", err, n.Load())
			}
			strange = false
			time.Sleep(time.Second)
		}
		mustToken(t, s)
	})
}

func TestUnreachableIsNotRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := optionsFor(nil)
		down := true
		var srv bigintest.Server
		o.HTTP.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if down {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ENETUNREACH}
			}
			return inMemory{&srv}.RoundTrip(r)
		})
		s := bigin.NewTokenSource(o)
		_, err := s.Token(t.Context())
		if errors.Is(err, bigin.ErrRefused) || !errors.Is(err, syscall.ENETUNREACH) {
			t.Errorf("%v", err)
		}
		down = false
		mustToken(t, s) // at once
	})
}

func TestRefreshFollowsNoRedirect(t *testing.T) {
	var hosts []string
	s := bigin.NewTokenSource(optionsFor(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hosts = append(hosts, r.Host)
		http.Redirect(w, r, "https://evil.example/oauth/v2/token", http.StatusTemporaryRedirect)
	})))
	if _, err := s.Token(t.Context()); !errors.Is(err, bigin.ErrProtocol) || len(hosts) != 1 {
		t.Errorf("%v; the credentials went to %v", err, hosts)
	}
}

func TestContentTypeOfAnAnswerDoesNotMatter(t *testing.T) {
	for _, kind := range []string{"text/plain", "text/html;charset=UTF-8", "application/x-www-form-urlencoded", ""} {
		mustToken(t, bigin.NewTokenSource(optionsFor(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write([]byte(`{"access_token":"a","api_domain":"https://www.zohoapis.com","expires_in":3600}`))
		}))))
	}
}

func TestCutAnswerIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		o := optionsFor(nil)
		o.HTTP.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			res, err := inMemory{always(200, `{"access_token":"a","api_domain":"https://www.zohoapis.com"}`)}.RoundTrip(r)
			if n++; n == 1 {
				res.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"acc`), iotest.ErrReader(io.ErrUnexpectedEOF)))
			}
			return res, err
		})
		mustToken(t, bigin.NewTokenSource(o))
	})
}
