package bigin_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// inMemory carries requests to a handler without a network, so that the tests
// can run in a synctest bubble.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(req *http.Request) (*http.Response, error) {
	r := req.Clone(req.Context())
	r.Host = req.URL.Host
	if r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	m.ServeHTTP(rec, r)
	if err := context.Cause(req.Context()); err != nil {
		return nil, err
	}
	res := rec.Result()
	res.Request = req
	return res, nil
}

// roundTrip is a RoundTripper that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// get asks for an address while the test runs.
func get(t *testing.T, client *http.Client, address string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return client.Do(req)
}

// slowly answers after a second.
func slowly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Second)
		h.ServeHTTP(w, r)
	})
}

// counted counts the requests that reach h.
func counted(n *atomic.Int32, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		h.ServeHTTP(w, r)
	})
}

// always answers every request so.
func always(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

const accountsURL = "http://127.0.0.1:9"

// credentials are those that a bigintest.Server accepts.
var credentials = bigin.Credentials{
	ClientID:     bigintest.DefaultClientID,
	ClientSecret: bigintest.DefaultClientSecret,
	RefreshToken: bigintest.DefaultRefreshToken,
	AccountsURL:  accountsURL,
}

// optionsFor are options of a TokenSource whose accounts server is h.
func optionsFor(h http.Handler) bigin.TokenOptions {
	return bigin.TokenOptions{
		Credentials: func() (bigin.Credentials, error) { return credentials, nil },
		HTTP:        &http.Client{Transport: inMemory{h}},
	}
}

// withFile adds a file of its own.
func withFile(t *testing.T, o bigin.TokenOptions) bigin.TokenOptions {
	o.File = filepath.Join(t.TempDir(), "state", "token")
	return o
}

// mustToken fails the test unless there is a token.
func mustToken(t *testing.T, s *bigin.TokenSource) bigin.Token {
	t.Helper()
	token, err := s.Token(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func wantCount(t *testing.T, s *bigintest.Server, kind bigintest.Kind, want int) {
	t.Helper()
	if got := s.Count(kind); got != want {
		t.Errorf("%d requests of the kind %s, want %d", got, kind, want)
	}
}
