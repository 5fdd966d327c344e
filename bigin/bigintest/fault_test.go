package bigintest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// photoOf is a server with one photo, and its address.
func photoOf(t *testing.T, b Behaviour) (*Server, string) {
	t.Helper()
	s := &Server{Behaviour: b}
	id := s.Add("Contacts", Record{Last: "A", Photo: fakePNG})
	return s, fmt.Sprintf("%s/bigin/v2/Contacts/%d/photo", on(t, s), id)
}

func TestFaultSkipAndCount(t *testing.T) {
	s, u := photoOf(t, Behaviour{})
	s.AddFault(Fault{Path: "/bigin/v2/Accounts/*/photo", Status: 500})
	s.AddFault(Fault{Method: "POST", Status: 500})
	s.AddFault(Fault{Path: "/bigin/v2/Contacts/*/photo", Skip: 1, Count: 2, Code: "NO_PERMISSION"})
	s.AddFault(Fault{Path: "/bigin/v2/Contacts/*/photo", Skip: 1, Count: 1, Status: 429, RetryAfter: 1500 * time.Millisecond})
	var got []int
	for range 6 {
		g := s.get(t, u)
		got = append(got, g.StatusCode)
		if g.StatusCode == http.StatusForbidden && !bytes.Contains(g.body, []byte("Permission denied to download images")) {
			t.Errorf("%s", g.body)
		}
		if g.StatusCode == http.StatusTooManyRequests && g.Header.Get("Retry-After") != "2" {
			t.Error(g.Header)
		}
	}
	if fmt.Sprint(got) != "[200 403 403 429 200 200]" || s.Status429() != 1 {
		t.Error(got, s.Status429())
	}
}

func TestFaultAnswers(t *testing.T) {
	s, u := photoOf(t, Behaviour{})
	for _, e := range rows {
		s.AddFault(Fault{Count: 1, Code: e.code, Status: e.status, Message: e.message})
		g := s.get(t, u)
		g.want(t, e.status, e.code)
		if g.json(t)["message"] != e.message {
			t.Errorf("%s", g.body)
		}
	}
	s.AddFault(Fault{Count: 1, Status: 503})
	s.get(t, u).want(t, 503, "INTERNAL_ERROR")
	s.AddFault(Fault{Count: 1, Status: 204})
	if g := s.get(t, u); g.StatusCode != http.StatusNoContent || len(g.body) != 0 {
		t.Errorf("HTTP %d %q", g.StatusCode, g.body)
	}
	s.AddFault(Fault{Count: 1, Body: []byte("<html>"), ContentType: "text/html"})
	if g := s.get(t, u); g.StatusCode != http.StatusOK || string(g.body) != "<html>" || g.Header.Get("Content-Type") != "text/html" {
		t.Errorf("HTTP %d %q", g.StatusCode, g.body)
	}
	s.AddFault(Fault{Count: 1, ContentType: "application/x-download"})
	if g := s.get(t, u); !bytes.Equal(g.body, fakePNG) || g.Header.Get("Content-Type") != "application/x-download" {
		t.Errorf("HTTP %d %q", g.StatusCode, g.Header)
	}
}

func TestFaultCuts(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		s, u := photoOf(t, Behaviour{Chunked: chunked})
		s.AddFault(Fault{Count: 1, CutAfter: 10_000})
		g := s.get(t, u)
		if !errors.Is(g.err, io.ErrUnexpectedEOF) || !bytes.Equal(g.body, fakePNG[:10_000]) || !chunked && g.ContentLength != int64(len(fakePNG)) {
			t.Errorf("chunked %t: %d bytes of %d, %v", chunked, len(g.body), g.ContentLength, g.err)
		}
		if q := s.Requests()[0]; q.Done || q.Status != 200 {
			t.Errorf("%+v", q)
		}
	}
	s, u := photoOf(t, Behaviour{})
	s.AddFault(Fault{Count: 1, Length: int64(len(fakePNG)) + 9})
	if g := s.get(t, u); !errors.Is(g.err, io.ErrUnexpectedEOF) || !bytes.Equal(g.body, fakePNG) {
		t.Errorf("too long: %d bytes, %v", len(g.body), g.err)
	}
	s.AddFault(Fault{Count: 1, Length: 99})
	if g := s.get(t, u); g.err != nil || !bytes.Equal(g.body, fakePNG[:99]) {
		t.Errorf("too short: %d bytes, %v", len(g.body), g.err)
	}
	s.AddFault(Fault{Cut: true})
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, u, nil)
	if resp, err := http.DefaultTransport.RoundTrip(req); err == nil {
		t.Errorf("cut: HTTP %d", resp.StatusCode)
		resp.Body.Close()
	}
}

func TestFaultStallsInTheBody(t *testing.T) {
	s, u := photoOf(t, Behaviour{})
	s.AddFault(Fault{StallAfter: 5000})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, release := range []func(){cancel, s.ClearFaults} {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
		req.Header.Set("Authorization", "Zoho-oauthtoken "+s.IssueToken())
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		begin := make([]byte, 5000)
		if _, err := io.ReadFull(resp.Body, begin); err != nil || !bytes.Equal(begin, fakePNG[:5000]) {
			t.Errorf("before the stall: %v", err)
		}
		release()
		if n, err := io.Copy(io.Discard, resp.Body); n > 0 || err == nil {
			t.Errorf("after the stall: %d bytes, %v", n, err)
		}
		resp.Body.Close()
		ctx = t.Context()
	}
}

func TestFaultStallsBeforeTheHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Server
		s.AddFault(Fault{StallHeaders: true})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for _, release := range []func(){cancel, s.ClearFaults} {
			ended := false
			w := httptest.NewRecorder()
			req := httptest.NewRequestWithContext(ctx, http.MethodGet, "/bigin/v2/Contacts/1/photo", nil)
			go func() {
				defer func() { ended = recover() == http.ErrAbortHandler }()
				s.ServeHTTP(w, req)
			}()
			time.Sleep(time.Hour)
			synctest.Wait()
			if ended || s.gate.inFlight != 1 {
				t.Error("it did not stall")
			}
			release()
			synctest.Wait()
			if !ended || s.gate.inFlight != 0 || w.Body.Len() > 0 {
				t.Error("it did not end")
			}
			ctx = t.Context()
		}
	})
}

func TestFaultMatchesKindsAndLaterPages(t *testing.T) {
	s, list := org(t, 30)
	list += "fields=id&per_page=10"
	s.AddFault(Fault{Kind: KindPhoto, Status: 503})
	s.AddFault(Fault{Later: true, Status: 500})
	_, info := s.get(t, list).ids(t)
	s.get(t, list+"&page=1").ids(t)
	s.get(t, list+"&page=2").want(t, 500, "INTERNAL_ERROR")
	s.get(t, list+"&page_token="+info["next_page_token"].(string)).want(t, 500, "INTERNAL_ERROR")
	s.get(t, strings.Split(list, "?")[0]+"/1/photo").want(t, 503, "INTERNAL_ERROR")
}

func TestFaultSetsValuesAndHeaders(t *testing.T) {
	s, u, _ := stopped(t, Behaviour{})
	s.AddFault(Fault{
		Path:   "/oauth/v2/token",
		Set:    map[string]any{"expires_in": -5, "api_domain": nil, "access_token": "a\r\nX-Evil: 1"},
		Header: http.Header{"Content-Type": {"text/plain"}, "X-Name": {"Ada"}},
	})
	g := grantForm(t, u, "refresh_token")
	o := g.json(t)
	if o["expires_in"] != -5.0 || o["access_token"] != "a\r\nX-Evil: 1" || o["token_type"] != "Bearer" {
		t.Error(o)
	}
	if _, there := o["api_domain"]; there {
		t.Error(o)
	}
	if g.Header.Get("Content-Type") != "text/plain" || g.Header.Get("X-Name") != "Ada" {
		t.Error(g.Header)
	}
}

func TestRedirectLoop(t *testing.T) {
	s, u := photoOf(t, Behaviour{})
	s.AddFault(Fault{RedirectLoop: true})
	seen := map[string]bool{}
	for range 30 {
		g := s.get(t, u)
		next, err := g.Location()
		if err != nil || g.StatusCode != http.StatusFound || seen[next.String()] {
			t.Fatalf("HTTP %d to %v: %v", g.StatusCode, next, err)
		}
		seen[next.String()] = true
		u = next.String()
	}
}

// A bomb is small on the wire and large when unpacked, with the answer in it.
func TestInflate(t *testing.T) {
	s, list := org(t, 2)
	s.AddFault(Fault{Inflate: 10 << 20})
	g := s.get(t, list+"fields=id")
	if len(g.body) < 10<<20 || !g.Uncompressed {
		t.Errorf("%d bytes unpacked", len(g.body))
	}
	if ids, _ := g.ids(t); len(ids) != 2 {
		t.Error(ids)
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, list+"fields=id", nil)
	req.Header = http.Header{"Accept-Encoding": {"identity"}, "Authorization": {"Zoho-oauthtoken " + s.IssueToken()}}
	if g := fetch(t, req); len(g.body) > 200_000 || g.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%d bytes on the wire", len(g.body))
	}
}

// Every kind of fault strikes the accounts server too.
func TestFaultsOfTheTokenEndpoint(t *testing.T) {
	s, u, _ := stopped(t, Behaviour{})
	for _, c := range []struct {
		f      Fault
		status int
		body   string
	}{
		{Fault{Status: 503}, 503, `"INTERNAL_ERROR"`},
		{Fault{Body: []byte("<html>"), ContentType: "text/html"}, 200, "<html>"},
		{Fault{Status: 200}, 200, ""},
		{Fault{Status: 204}, 204, ""},
		{Fault{RedirectLoop: true}, 302, ""},
		{Fault{Length: 20}, 200, `{"access_token":"100`},
	} {
		c.f.Kind, c.f.Count = KindToken, 1
		s.AddFault(c.f)
		g := grantForm(t, u, "refresh_token")
		if g.StatusCode != c.status || !strings.Contains(string(g.body), c.body) || c.body == "" && len(g.body) > 0 {
			t.Errorf("%+v: HTTP %d %q", c.f, g.StatusCode, g.body)
		}
	}
	if g := grantForm(t, u, "refresh_token"); g.str(t, "access_token") == "" {
		t.Errorf("%s", g.body)
	}
}

func TestFaultRate(t *testing.T) {
	s, list := org(t, 1)
	s.AddFault(Fault{Rate: 4000})
	begun := time.Now()
	if ids, _ := s.get(t, list+"fields=id").ids(t); len(ids) != 1 {
		t.Error(ids)
	}
	if d := time.Since(begun); d < 50*time.Millisecond {
		t.Errorf("300 bytes took %v", d)
	}
}
