package probe

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// What the wire is, is told too.
func TestProtocols(t *testing.T) {
	for p, want := range map[bigintest.Protocol][2]string{
		bigintest.PlainHTTP: {"HTTP/1.1", ""},
		bigintest.HTTPS:     {"HTTP/1.1", "TLS 1.3"},
		bigintest.HTTP2:     {"HTTP/2.0", "TLS 1.3"},
	} {
		s := &bigintest.Server{}
		s.Add("Contacts", bigintest.Record{Last: "A", Photo: png})
		e, err := bigintest.Listen("", p, s)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		ca, err := bigintest.CA()
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(ca)
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
		r, err := Run(t.Context(), Options{Concurrency: 3, Transport: transport, Tokens: bigin.NewTokenSource(bigin.TokenOptions{
			HTTP: &http.Client{Transport: transport},
			Credentials: func() (bigin.Credentials, error) {
				return bigin.Credentials{
					ClientID: bigintest.DefaultClientID, ClientSecret: bigintest.DefaultClientSecret,
					RefreshToken: bigintest.DefaultRefreshToken, AccountsURL: e.URL,
				}, nil
			},
		})})
		if err != nil {
			t.Fatal(err)
		}
		if a := r.Answers; a.Protocol != want[0] || a.TLS != want[1] || a.Photo != "200" {
			t.Errorf("%s: %+v", p, a)
		}
	}
}

// An account that gives no token is an error, and no report.
func TestNoToken(t *testing.T) {
	s := &bigintest.Server{}
	s.RefuseGrant(true)
	if r, err := Run(t.Context(), optionsFor(s)); !errors.Is(err, bigin.ErrRefused) || r != nil {
		t.Errorf("%v, %v", r, err)
	}
}

// An empty account leaves questions open, and that is said.
func TestEmptyAccount(t *testing.T) {
	s := &bigintest.Server{}
	a := run(t, s).Answers
	if a.Photo != Unknown || a.SortByID != Unknown || a.ListSince != Unknown || a.PageToken != Unknown || a.DeletedOrder != Unknown || a.Modules["Contacts"] != "204" || a.MissingRecord != "204" {
		t.Errorf("%+v", a)
	}
}

// When the calls of the day are used up, no more are made.
func TestNoCreditsLeft(t *testing.T) {
	s := &bigintest.Server{Behaviour: bigintest.Behaviour{Credits: 2}}
	s.Add("Contacts", bigintest.Record{Last: "A", Photo: png})
	a := run(t, s).Answers
	if a.Modules["Products"] != "429 TOO_MANY_REQUESTS" || a.AtOnce != 0 || a.Limited != Yes || s.Calls() > 3 {
		t.Errorf("%d calls: %+v", s.Calls(), a)
	}
}

// A server that does not answer is not waited for call by call.
func TestNoAnswer(t *testing.T) {
	for _, f := range []bigintest.Fault{{Cut: true}, {StallHeaders: true}, {CutAfter: 9}, {StallAfter: 9}} {
		synctest.Test(t, func(t *testing.T) {
			s := account(bigintest.Behaviour{})
			f.Path = "/bigin/v2/*"
			s.AddFault(f)
			begun := time.Now()
			a := run(t, s).Answers
			if a.Modules["Contacts"] != NoAnswer || s.Calls() > maxSilent || time.Since(begun) > 2*time.Minute {
				t.Errorf("%d calls in %v: %+v", s.Calls(), time.Since(begun), a)
			}
		})
	}
}

// What is reserved for others is not spent.
func TestReserve(t *testing.T) {
	s := &bigintest.Server{Behaviour: bigintest.Behaviour{Credits: 50, CreditsSent: bigintest.CreditsAlways}}
	o := optionsFor(s)
	o.Reserve = 46
	if _, err := Run(t.Context(), o); !errors.Is(err, bigin.ErrReserve) || s.Calls() > 4 {
		t.Errorf("%v after %d calls", err, s.Calls())
	}
}
