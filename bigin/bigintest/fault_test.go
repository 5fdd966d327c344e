package bigintest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
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
		if g.StatusCode == 403 && !bytes.Contains(g.body, []byte("Permission denied to download images")) {
			t.Errorf("%s", g.body)
		}
		if g.StatusCode == 429 && g.Header.Get("Retry-After") != "2" {
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
	if g := s.get(t, u); g.StatusCode != 204 || len(g.body) != 0 {
		t.Errorf("HTTP %d %q", g.StatusCode, g.body)
	}
	s.AddFault(Fault{Count: 1, Body: []byte("<html>"), ContentType: "text/html"})
	if g := s.get(t, u); g.StatusCode != 200 || string(g.body) != "<html>" || g.Header.Get("Content-Type") != "text/html" {
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
	req, _ := http.NewRequest("GET", u, nil)
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
		req, _ := http.NewRequestWithContext(ctx, "GET", u, nil)
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
			req := httptest.NewRequestWithContext(ctx, "GET", "/bigin/v2/Contacts/1/photo", nil)
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
