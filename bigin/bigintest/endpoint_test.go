package bigintest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var protocols = []Protocol{PlainHTTP, HTTPS, HTTP2}

// at puts the server at an Endpoint, and returns a client of it.
func at(t *testing.T, s *Server, p Protocol) (*Endpoint, *http.Client) {
	t.Helper()
	e, err := Listen("", p, s)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := CA()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	t.Cleanup(func() { s.ClearFaults(); tr.CloseIdleConnections(); e.Close() })
	return e, &http.Client{Transport: tr}
}

// ask makes one API call, of which there may be no more than an error.
func (s *Server) ask(ctx context.Context, c *http.Client, u string) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Authorization", "Zoho-oauthtoken "+s.IssueToken())
	res, err := c.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, body, err
}

func TestProtocols(t *testing.T) {
	for _, p := range protocols {
		s := &Server{}
		id := s.Add("Contacts", Record{Last: "A", Photo: fakePNG})
		e, c := at(t, s, p)
		for range 2 {
			res, body, err := s.ask(t.Context(), c, fmt.Sprintf("%s/bigin/v2/Contacts/%d/photo", e.URL, id))
			if err != nil || !bytes.Equal(body, fakePNG) || res.ContentLength != int64(len(fakePNG)) {
				t.Fatalf("%s: %v, %d bytes", p, err, len(body))
			}
			if (res.ProtoMajor == 2) != (p == HTTP2) || (res.TLS != nil) != (p != PlainHTTP) {
				t.Errorf("%s: it is %s", p, res.Proto)
			}
		}
		if e.Accepted() != 1 {
			t.Errorf("%s: %d connections", p, e.Accepted())
		}
	}
}

// Another program trusts the certificate by the environment.
func TestCertificateInAnotherProcess(t *testing.T) {
	const address = "BIGINTEST_TEST_URL"
	if u := os.Getenv(address); u != "" {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u, nil)
		if err != nil {
			t.Fatal(err)
		}
		fetch(t, req)
		return
	}
	ca, err := CA()
	if err != nil {
		t.Fatal(err)
	}
	e, _ := at(t, &Server{}, HTTP2)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, trusted := range []bool{true, false} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestCertificateInAnotherProcess$")
		cmd.Env = append(os.Environ(), address+"="+e.URL)
		if trusted {
			cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+file)
		}
		out, err := cmd.CombinedOutput()
		if (err == nil) != trusted || !trusted && !strings.Contains(string(out), "unknown authority") {
			t.Errorf("trusted %t: %v %s", trusted, err, out)
		}
	}
}

func TestCuts(t *testing.T) {
	const part = 10_000
	for _, p := range protocols {
		for _, by := range []End{FIN, RST, StreamEnd} {
			for name, f := range map[string]Fault{
				"before the headers":   {Cut: true},
				"in the headers":       {CutHeaders: true},
				"after the headers":    {CutBody: true},
				"in the body":          {CutAfter: part},
				"slowly, and in there": {CutAfter: part, Rate: 1 << 20},
			} {
				t.Run(fmt.Sprintf("%s/%s/%s", p, name, or(by, "FIN")), func(t *testing.T) {
					s := &Server{}
					id := s.Add("Contacts", Record{Last: "A", Photo: fakePNG})
					e, c := at(t, s, p)
					u := fmt.Sprintf("%s/bigin/v2/Contacts/%d/photo", e.URL, id)
					f.By = by
					s.AddFault(f)
					res, body, err := s.ask(t.Context(), c, u)
					if err == nil {
						t.Fatalf("HTTP %d and %d bytes, no error", res.StatusCode, len(body))
					}
					overtaken := p == HTTP2 && by == FIN && res == nil // net/http may look at the end of a connection before what came in it
					if headers := f.CutBody || f.CutAfter > 0; by != RST && !overtaken && (res != nil) != headers {
						t.Errorf("headers %t, want %t: %v", res != nil, headers, err)
					}
					if !bytes.HasPrefix(fakePNG, body) || len(body) > part || by == FIN && !overtaken && len(body) != f.CutAfter {
						t.Errorf("%d bytes of the body: %v", len(body), err)
					}
					if reset := errors.Is(err, syscall.ECONNRESET); reset && by != RST || !reset && by == RST && p != HTTP2 && !f.CutHeaders { // net/http calls that an unexpected EOF
						t.Errorf("reset %t: %v", reset, err)
					}
					if q := s.Requests()[0]; q.Done {
						t.Errorf("%+v", q)
					}
					// A stream ends alone, a connection with all that is in it.
					s.ClearFaults()
					if _, body, err := s.ask(t.Context(), c, u); err != nil || !bytes.Equal(body, fakePNG) {
						t.Errorf("afterwards: %v", err)
					}
					if alone := p == HTTP2 && by == StreamEnd && !f.CutHeaders; (e.Accepted() == 1) != alone {
						t.Errorf("%d connections", e.Accepted())
					}
				})
			}
		}
	}
}

// Without an Endpoint, too, the ends are what they say.
func TestCutsOfAnyServer(t *testing.T) {
	for _, f := range []Fault{{Cut: true}, {CutHeaders: true}, {CutBody: true}, {CutAfter: 9}} {
		for _, by := range []End{FIN, RST} {
			s, u := photoOf(t, Behaviour{})
			f.By = by
			s.AddFault(f)
			_, _, err := s.ask(t.Context(), http.DefaultClient, u)
			if err == nil || errors.Is(err, syscall.ECONNRESET) != (by == RST) && !f.CutHeaders {
				t.Errorf("%+v: %v", f, err)
			}
		}
	}
}

// A body that ends with the connection looks whole wherever it is cut.
func TestUndelimited(t *testing.T) {
	for _, p := range []Protocol{PlainHTTP, HTTPS} {
		s := &Server{}
		id := s.Add("Contacts", Record{Last: "A", Photo: fakePNG})
		e, c := at(t, s, p)
		u := fmt.Sprintf("%s/bigin/v2/Contacts/%d/photo", e.URL, id)
		for _, n := range []int{0, 5000} {
			s.AddFault(Fault{Undelimited: true, CutAfter: n})
			res, body, err := s.ask(t.Context(), c, u)
			if want := or(n, len(fakePNG)); err != nil || len(body) != want || res.ContentLength != -1 || len(res.TransferEncoding) > 0 {
				t.Errorf("%s: %d bytes, want %d: %v", p, len(body), want, err)
			}
			s.ClearFaults()
		}
	}
}

// A connection that fell silent answers nothing, not even a ping, and a new one
// is answered.
func TestSilent(t *testing.T) {
	for _, p := range protocols {
		t.Run(string(p), func(t *testing.T) {
			s := &Server{}
			e, c := at(t, s, p)
			pings := c.Transport.(*http.Transport)
			pings.HTTP2 = &http.HTTP2Config{SendPingTimeout: 20 * time.Millisecond, PingTimeout: 20 * time.Millisecond}
			u := e.URL + "/bigin/v2/Contacts?fields=id"
			if _, _, err := s.ask(t.Context(), c, u); err != nil {
				t.Fatal(err)
			}
			s.AddFault(Fault{Silent: true, Count: 1})
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if p != HTTP2 { // only its pings find out
				go func() {
					for s.Calls() < 2 {
						time.Sleep(time.Millisecond)
					}
					cancel()
				}()
			}
			if res, _, err := s.ask(ctx, c, u); err == nil {
				t.Errorf("HTTP %d", res.StatusCode)
			}
			if p == HTTP2 && ctx.Err() != nil {
				t.Error("the pings were answered")
			}
			if _, _, err := s.ask(t.Context(), c, u); err != nil {
				t.Error(err)
			}
			if p == HTTP2 && e.Accepted() != 2 {
				t.Error(e.Accepted(), "connections")
			}
		})
	}
}

func TestEndpointDisconnects(t *testing.T) {
	for _, p := range protocols {
		for _, by := range []End{FIN, RST} {
			s := &Server{}
			e, c := at(t, s, p)
			u := e.URL + "/bigin/v2/Contacts?fields=id"
			s.AddFault(Fault{StallHeaders: true, Count: 1})
			over := make(chan error, 1)
			go func() {
				_, _, err := s.ask(t.Context(), c, u)
				over <- err
			}()
			for s.Calls() == 0 {
				time.Sleep(time.Millisecond)
			}
			e.Disconnect(by)
			if err := <-over; err == nil {
				t.Errorf("%s %s: it was answered", p, by)
			}
			if _, _, err := s.ask(t.Context(), c, u); err != nil || e.Accepted() < 2 {
				t.Errorf("%s %s: then %v, %d connections", p, by, err, e.Accepted())
			}
		}
	}
}
