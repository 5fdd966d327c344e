package bigintest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// direct is a call without a network, for tests that stop the clock.
func direct(t *testing.T, s *Server, path string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	req.Header.Set("Authorization", "Zoho-oauthtoken "+s.IssueToken())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, req)
	return w
}

func TestConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{Behaviour: Behaviour{Concurrency: 3, Latency: time.Second, RetryAfter: 2 * time.Second, Credits: 100}}
		s.Add("Contacts", Record{ID: 1, Last: "A", Photo: fakePNG})
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if w := direct(t, s, "/bigin/v2/Contacts/1/photo"); w.Code == 429 && w.Header().Get("Retry-After") != "2" {
					t.Error(w.Header())
				}
			})
		}
		wg.Wait()
		if s.Status429() != 2 || s.MaxInFlight() != 4 || s.Calls() != 5 || s.gate.used != 3 {
			t.Error(s.Status429(), s.MaxInFlight(), s.Calls(), s.gate.used)
		}
		if w := direct(t, s, "/bigin/v2/Contacts/1/photo"); w.Code != 200 {
			t.Error("afterwards", w.Code)
		}
		s.ResetLog()
		if s.MaxInFlight() != 0 || len(s.Requests()) != 0 || s.Calls() != 0 || s.Status429() != 0 {
			t.Error("the log is not empty")
		}
	})
}

// A client that has read an answer whole may ask again the same moment.
func TestConcurrencyEndsWithTheAnswer(t *testing.T) {
	s, u := photoOf(t, Behaviour{Concurrency: 1})
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, u, nil)
	req.Header.Set("Authorization", "Zoho-oauthtoken "+s.IssueToken())
	for range 300 {
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadFull(resp.Body, make([]byte, resp.ContentLength))
		if q := s.Requests(); resp.StatusCode != http.StatusOK || !q[len(q)-1].Done {
			t.Fatalf("HTTP %d", resp.StatusCode)
		}
		resp.Body.Close()
	}
}

func TestCredits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{Behaviour: Behaviour{Credits: 6}}
		for i, want := range []string{"", "", "3", "2", "1", "0", "0"} {
			w := direct(t, s, "/bigin/v2/Contacts/1")
			if got := w.Header().Get("X-API-CREDITS-REMAINING"); got != want || (w.Code == 429) != (i == 6) {
				t.Errorf("call %d: HTTP %d, %q remaining, want %q", i+1, w.Code, got, want)
			}
		}
		time.Sleep(24 * time.Hour)
		if w := direct(t, s, "/bigin/v2/Contacts/1"); w.Code != 204 {
			t.Errorf("the next day: HTTP %d", w.Code)
		}
	})
}

func TestTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{Behaviour: Behaviour{Latency: 50 * time.Millisecond, PageLatency: 20 * time.Millisecond, Bandwidth: 10_000}}
		s.Add("Contacts", Record{ID: 1, Last: "A", Photo: fakePNG[:20_000]})
		s.AddFault(Fault{Path: "/bigin/v2/Contacts/2", Delay: time.Second})
		for path, want := range map[string]time.Duration{
			"/bigin/v2/Contacts/1":          50 * time.Millisecond,
			"/bigin/v2/Contacts/2":          1050 * time.Millisecond,
			"/bigin/v2/Contacts?fields=id":  20 * time.Millisecond,
			"/bigin/v2/Contacts/1/photo":    2050 * time.Millisecond,
			"/oauth/v2/auth?client_id=none": 0,
		} {
			begin := time.Now()
			direct(t, s, path)
			if took := time.Since(begin); took < want-5*time.Millisecond || took > want+5*time.Millisecond {
				t.Errorf("%s took %v, want %v", path, took, want)
			}
		}
	})
}
