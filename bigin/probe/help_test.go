package probe

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

var png = []byte("\x89PNG\r\n\x1a\n and more of it")

// inMemory carries requests to a handler without a network, so that time can be
// that of a bubble.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(req *http.Request) (*http.Response, error) {
	in := req.Clone(req.Context())
	in.Host = req.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	broken := false
	func() {
		defer func() { broken = recover() != nil }()
		m.ServeHTTP(w, in)
	}()
	if req.Context().Err() != nil {
		return nil, req.Context().Err()
	}
	if broken {
		return nil, errors.New("cut off")
	}
	res := w.Result()
	res.Request = req
	return res, nil
}

// optionsFor are those of a probe of a server.
func optionsFor(h http.Handler) Options {
	tokens := bigin.NewTokenSource(bigin.TokenOptions{
		HTTP: &http.Client{Transport: inMemory{h}},
		Credentials: func() (bigin.Credentials, error) {
			return bigin.Credentials{
				ClientID: bigintest.DefaultClientID, ClientSecret: bigintest.DefaultClientSecret,
				RefreshToken: bigintest.DefaultRefreshToken, AccountsURL: "http://127.0.0.1",
			}, nil
		},
	})
	return Options{Tokens: tokens, Transport: inMemory{h}, Concurrency: 10}
}

// account is a server with all that can tell: contacts with and without a
// photo, modified in another order than made, and some that were deleted. It
// takes its time, so that calls are made at once.
func account(b bigintest.Behaviour) *bigintest.Server {
	b.Latency = 100 * time.Millisecond
	s := &bigintest.Server{Behaviour: b}
	begin := time.Now().AddDate(0, -1, 0)
	var ids []int64
	for i := range 20 {
		r := bigintest.Record{Last: "Doe", Modified: begin.Add(time.Duration(i*7%20) * time.Hour)}
		if i%3 > 0 {
			r.Photo = png
		}
		ids = append(ids, s.Add("Contacts", r))
	}
	s.Add("Accounts", bigintest.Record{Last: "Acme"})
	s.Add("Products", bigintest.Record{Last: "Lamp"})
	for i := range 8 {
		time.Sleep(time.Minute) // in a bubble
		s.Delete("Contacts", ids[(i*3)%8])
	}
	return s
}

// run probes a server.
func run(t *testing.T, h http.Handler) *Report {
	t.Helper()
	r, err := Run(t.Context(), optionsFor(h))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
