package bigin_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// spy answers with status and body, and remembers the requests.
type spy struct {
	status int
	body   string
	seen   []*http.Request
}

func (s *spy) RoundTrip(req *http.Request) (*http.Response, error) {
	s.seen = append(s.seen, req)
	return &http.Response{StatusCode: s.status, Body: io.NopCloser(strings.NewReader(s.body)), Header: http.Header{}, Request: req}, nil
}

func newRequest(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, r)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func TestTokenGoesToTheAPIOnly(t *testing.T) {
	const api = "https://www.zohoapis.eu"
	for _, c := range []struct {
		base, url string
		sent      bool // at all
		token     bool // with it
	}{
		{"", api + "/bigin/v2/Contacts", true, true},
		{"", "https://www.zohoapis.eu:443/x", true, true},
		{"", "https://WWW.ZOHOAPIS.EU/x", true, true},
		{"", "https://www.zohoapis.eu:8443/x", true, false},
		{"", "https://www.zohoapis.com/x", true, false},
		{"", "https://www.zohoapis.eu.evil.example/x", true, false},
		{"", "https://www.zohoapis.eu@evil.example/x", true, false},
		{"", "http://www.zohoapis.eu/x", false, false},
		{"", "http://localhost/x", true, false},
		{"http://127.0.0.1:99/sub", "http://127.0.0.1:99/sub/bigin/v2/Contacts", true, true},
		{"http://127.0.0.1:99", "http://127.0.0.1:98/", true, false},
		{"http://127.0.0.1:99", api, true, false},
		{"http://www.zohoapis.eu", api, false, false},
		{"://", api, false, false},
	} {
		srv := bigintest.Server{Behaviour: bigintest.Behaviour{APIDomain: api}}
		wire := &spy{status: 200}
		o := optionsFor(&srv)
		o.APIURL = c.base
		tr := &bigin.Transport{Base: wire, Tokens: bigin.NewTokenSource(o)}
		req := newRequest(t, "GET", c.url, "")
		req.Header.Set("Authorization", "left over")
		_, err := tr.RoundTrip(req)
		if !c.sent {
			if !errors.Is(err, bigin.ErrInsecureURL) || len(wire.seen) > 0 {
				t.Errorf("%s: %v, %d requests sent", c.url, err, len(wire.seen))
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		got := wire.seen[0].Header.Get("Authorization")
		if c.token != strings.HasPrefix(got, "Zoho-oauthtoken 1000.") || !c.token && got != "" {
			t.Errorf("%s with base %q: Authorization %q", c.url, c.base, got)
		}
		if req.Header.Get("Authorization") != "left over" {
			t.Error("the caller's request was changed")
		}
	}
}

func TestRedirects(t *testing.T) {
	var elsewhere []*http.Request
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { elsewhere = append(elsewhere, r) }))
	defer other.Close()
	var hops int
	var target string
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hops++
		http.Redirect(w, r, target, http.StatusFound)
	}))
	defer api.Close()
	var srv bigintest.Server
	o := optionsFor(&srv)
	o.APIURL = api.URL
	client := &http.Client{
		Transport:     &bigin.Transport{Tokens: bigin.NewTokenSource(o)},
		CheckRedirect: bigin.CheckRedirect,
	}
	follow := func(to string) error {
		hops, target = 0, to
		res, err := get(t, client, api.URL+"/bigin/v2/Contacts")
		if err == nil {
			res.Body.Close()
		}
		return err
	}
	if err := follow(other.URL + "/file"); err != nil || len(elsewhere) != 1 || elsewhere[0].Header.Get("Authorization") != "" {
		t.Errorf("to another host: %v, %d requests", err, len(elsewhere))
	}
	if err := follow("http://www.zohoapis.com/"); !errors.Is(err, bigin.ErrInsecureURL) {
		t.Errorf("to http: %v", err)
	}
	if err := follow(api.URL + "/again"); err == nil || hops != 5 {
		t.Errorf("in a circle: %v after %d hops", err, hops)
	}
	https := newRequest(t, "GET", "https://www.zohoapis.com", "")
	if err := bigin.CheckRedirect(newRequest(t, "GET", "http://localhost", ""), []*http.Request{https}); !errors.Is(err, bigin.ErrInsecureURL) {
		t.Errorf("from https to a loopback http: %v", err)
	}
}

func TestRefusedRequestIsSentOnceMore(t *testing.T) {
	for _, c := range []struct {
		method, sends, answer string
		requests              int
	}{
		{"GET", "", `{"code":"INVALID_TOKEN","details":{},"message":"invalid oauth token","status":"error"}`, 2},
		{"GET", "", `{"code":"AUTHENTICATION_FAILURE"}`, 2},
		{"GET", "", `{"code":"INVALID_OAUTHTOKEN"}`, 2},
		{"POST", "body", `{"code":"INVALID_TOKEN"}`, 1},
		{"GET", "body", `{"code":"INVALID_TOKEN"}`, 1},
		{"DELETE", "", `{"code":"INVALID_TOKEN"}`, 1},
		{"GET", "", `{"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}`, 1},
		{"GET", "", `{"code":"OAUTH_SCOPE_MISMATCH","x":"` + strings.Repeat("long", 50_000) + `"}`, 1},
		{"GET", "", `<html>`, 1},
		{"GET", "", ``, 1},
	} {
		var srv bigintest.Server
		wire := &spy{status: http.StatusUnauthorized, body: c.answer}
		tokens := bigin.NewTokenSource(optionsFor(&srv))
		tr := &bigin.Transport{Base: wire, Tokens: tokens}
		res, err := tr.RoundTrip(newRequest(t, c.method, accountsURL+"/bigin/v2/Contacts", c.sends))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(res.Body); string(b) != c.answer || err != nil {
			t.Errorf("%.40s: the body was changed: %.40s, %v", c.answer, b, err)
		}
		if len(wire.seen) != c.requests {
			t.Errorf("%s %.40s: %d requests, want %d", c.method, c.answer, len(wire.seen), c.requests)
			continue
		}
		wantCount(t, &srv, bigintest.KindToken, c.requests)
		if c.requests == 2 && wire.seen[0].Header.Get("Authorization") == wire.seen[1].Header.Get("Authorization") {
			t.Error("the same token again")
		}
	}
}

// closing counts the calls of CloseIdleConnections.
type closing struct {
	spy
	closed int
}

func (c *closing) CloseIdleConnections() { c.closed++ }

func TestIdleConnectionsAreClosed(t *testing.T) {
	var base closing
	(&http.Client{Transport: &bigin.Transport{Base: &base}}).CloseIdleConnections()
	(&http.Client{Transport: &bigin.Transport{}}).CloseIdleConnections()
	if base.closed != 1 {
		t.Errorf("closed %d times", base.closed)
	}
}

func TestStrangersCanNotRejectTheToken(t *testing.T) {
	var srv bigintest.Server
	wire := &spy{status: http.StatusUnauthorized, body: `{"code":"INVALID_TOKEN"}`}
	tokens := bigin.NewTokenSource(optionsFor(&srv))
	tr := &bigin.Transport{Base: wire, Tokens: tokens}
	if _, err := tr.RoundTrip(newRequest(t, "GET", "https://cdn.example/", "")); err != nil {
		t.Fatal(err)
	}
	mustToken(t, tokens)
	wantCount(t, &srv, bigintest.KindToken, 1)
}

func TestFailedRefreshIsTheErrorOfTheRequest(t *testing.T) {
	var srv bigintest.Server
	tokens := bigin.NewTokenSource(optionsFor(&srv))
	tr := &bigin.Transport{Base: inMemory{&srv}, Tokens: tokens}
	mustToken(t, tokens)
	srv.RevokeTokens()
	srv.RefuseGrant(true)
	_, err := tr.RoundTrip(newRequest(t, "GET", accountsURL+"/bigin/v2/Contacts?fields=id", ""))
	if !errors.Is(err, bigin.ErrRefused) {
		t.Error(err)
	}
}
