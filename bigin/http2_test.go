package bigin_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"sync"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// clientAt is a client of the server as Bigin is reached, with the transport
// that clients have.
func clientAt(t *testing.T, s *bigintest.Server, p bigintest.Protocol, timeout time.Duration) (*bigin.Client, *bigintest.Endpoint) {
	t.Helper()
	at, err := bigintest.Listen("", p, s)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := bigintest.CA()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	carrier := bigin.NewTransport(10, timeout)
	carrier.TLSClientConfig = &tls.Config{RootCAs: roots}
	to := optionsFor(s)
	to.APIURL = at.URL
	c := bigin.New(bigin.Options{Tokens: bigin.NewTokenSource(to), Transport: carrier, Timeout: timeout})
	t.Cleanup(func() { s.ClearFaults(); c.Close(); at.Close() })
	return c, at
}

// Each call counts as one, whatever carries it.
func TestCallsAreCountedOnce(t *testing.T) {
	for _, p := range []bigintest.Protocol{bigintest.PlainHTTP, bigintest.HTTPS, bigintest.HTTP2} {
		var s bigintest.Server
		ids := fill(&s, 20)
		c, _ := clientAt(t, &s, p, 10*time.Second)
		for range 2 {
			if errs := all(t, c, ids); errs != nil {
				t.Errorf("%s: %d failed: %v", p, len(errs), errs[0])
			}
		}
		if s.Calls() != 40 || made(c) != 40 {
			t.Errorf("%s: %d calls, %d counted", p, s.Calls(), made(c))
		}
	}
}

// A connection that fell silent, as one does when a machine on the way forgets
// it, carries all calls of HTTP/2 and is not closed by anyone.
func TestSilentConnectionIsReplaced(t *testing.T) {
	for _, p := range []bigintest.Protocol{bigintest.HTTPS, bigintest.HTTP2} {
		const timeout = 3 * time.Second
		var s bigintest.Server
		ids := fill(&s, 5)
		c, at := clientAt(t, &s, p, timeout)
		if errs := all(t, c, ids); errs != nil {
			t.Fatal(errs)
		}
		before := at.Accepted()
		at.Silence()
		begun := time.Now()
		var wg sync.WaitGroup
		for _, id := range ids {
			wg.Go(func() {
				p, err := c.Photo(t.Context(), bigin.Contacts, id)
				if err != nil {
					t.Errorf("%v after %v", err, time.Since(begun))
					return
				}
				if b := whole(t, p); !bytes.Equal(b, s.Photo("Contacts", int64(id))) {
					t.Error("other bytes")
				}
			})
		}
		wg.Wait()
		if spent := time.Since(begun); spent > timeout {
			t.Errorf("%s: read after %v", p, spent)
		}
		if at.Accepted() == before {
			t.Errorf("%s: no new connection", p)
		}
	}
}

// The same, while a photo is on its way and the rest of it does not come.
func TestSilentConnectionInABody(t *testing.T) {
	var s bigintest.Server
	body := picture(200_000, 3)
	id := s.Add("Contacts", bigintest.Record{Photo: body})
	c, at := clientAt(t, &s, bigintest.HTTP2, 3*time.Second)
	s.AddFault(bigintest.Fault{Path: photos, StallAfter: 100_000, Count: 1})
	p, err := c.Photo(t.Context(), bigin.Contacts, bigin.RecordID(id))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Bytes(t.Context(), 0, 50_000); err != nil {
		t.Fatal(err)
	}
	at.Silence()
	wantBytes(t, p, body)
}
