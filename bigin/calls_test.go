package bigin_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// made is how many calls the client has counted.
func made(c *bigin.Client) int { return int(c.Stats().Calls()) }

// Whatever goes wrong, a call costs five credits at most, and all are counted.
func TestFailingCallsCostFew(t *testing.T) {
	var all sync.WaitGroup
	defer all.Wait()
	for name, answer := range map[string]http.HandlerFunc{
		"redirected to itself": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) },
		"redirected on and on": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusTemporaryRedirect)
		},
		"redirected to a failure": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/failure" {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			http.Redirect(w, r, "/failure", http.StatusFound)
		},
		"500":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"closed": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"429":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"a token that is refused": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"code":"INVALID_TOKEN"}`)
		},
		"a body that is cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write(picture(600, 0))
		},
	} {
		for kind, call := range calls {
			var seen atomic.Int32
			ts := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen.Add(1); answer(w, r) }))
			ts.Config.ErrorLog = log.New(io.Discard, "", 0)
			ts.Start()
			to := optionsFor(&bigintest.Server{})
			to.APIURL = ts.URL
			c := bigin.New(bigin.Options{Tokens: bigin.NewTokenSource(to), Timeout: 5 * time.Second})
			t.Cleanup(func() { c.Close(); ts.Close() })
			all.Go(func() {
				found, err := call(t, c)
				if found > 0 || err == nil {
					t.Errorf("%s, %s: found %d, %v", name, kind, found, err)
				}
				if n := int(seen.Load()); n > 5 || n == 0 || made(c) != n {
					t.Errorf("%s, %s: %d calls, %d counted", name, kind, n, made(c))
				}
			})
		}
	}
}

// Connections that were open when the network went away are all dead. net/http
// tries one after the other, each time with a call.
func TestDeadConnectionsCostFew(t *testing.T) {
	const most = 10
	gate := make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Add(most)
	s := serveRaw(t, func(c net.Conn, call int) bool {
		if call > most { // every connection is closed by the call after its first
			reset(c)
			return false
		}
		waiting.Done()
		<-gate
		_, err := io.WriteString(c, response(200, onePage, ""))
		return err == nil
	})
	c := s.client(t, bigin.Options{Concurrency: most})
	var all sync.WaitGroup
	for range most {
		all.Go(func() {
			if _, err := c.Records(t.Context(), bigin.Contacts, ""); err != nil {
				t.Error(err)
			}
		})
	}
	waiting.Wait()
	close(gate)
	all.Wait()
	if n := s.conns.Load(); n != most {
		t.Fatalf("%d connections", n)
	}
	if p, err := c.Records(t.Context(), bigin.Contacts, ""); err == nil || p.Records != nil {
		t.Errorf("%v, %v", p, err)
	}
	if n := int(s.calls.Load()); n > most+5 || made(c) < n {
		t.Errorf("%d calls, %d counted", n-most, made(c)-most)
	}
}
