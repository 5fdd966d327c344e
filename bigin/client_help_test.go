package bigin_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// photos is where the photos are, for faults.
const photos = "/bigin/v2/*/*/photo"

// clientOf is a client of the server, over real connections to this machine.
func clientOf(t *testing.T, s *bigintest.Server, o bigin.Options) *bigin.Client {
	t.Helper()
	return clientThrough(t, s, s, o)
}

// clientThrough is a client of the server through h.
func clientThrough(t *testing.T, s *bigintest.Server, h http.Handler, o bigin.Options) *bigin.Client {
	t.Helper()
	ts := httptest.NewServer(h)
	t.Cleanup(func() { s.ClearFaults(); ts.CloseClientConnections(); ts.Close() })
	creds := credentials
	creds.AccountsURL = ts.URL
	o.Tokens = bigin.NewTokenSource(bigin.TokenOptions{
		Credentials: func() (bigin.Credentials, error) { return creds, nil },
		HTTP:        ts.Client(),
	})
	c := bigin.New(o)
	t.Cleanup(c.Close)
	return c
}

// clientOver is a client whose calls of the API go over the wire, without a network,
// so that it can live in a synctest bubble. Its first token costs no call of
// the wire.
func clientOver(t *testing.T, over http.RoundTripper, o bigin.Options) *bigin.Client {
	t.Helper()
	o.Transport = over
	return clientWithToken(t, &bigintest.Server{}, o)
}

// clientInMemory is a client of the server, without a network.
func clientInMemory(t *testing.T, s *bigintest.Server, o bigin.Options) *bigin.Client {
	t.Helper()
	o.Transport = inMemory{s}
	return clientWithToken(t, s, o)
}

func clientWithToken(t *testing.T, s *bigintest.Server, o bigin.Options) *bigin.Client {
	t.Helper()
	o.Tokens = bigin.NewTokenSource(optionsFor(s))
	if _, err := o.Tokens.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := bigin.New(o)
	t.Cleanup(c.Close)
	return c
}

// wire answers call after call, and the calls beyond its end like the last.
type wire struct {
	steps []func(*http.Request) (*http.Response, error)
	n     atomic.Int32
}

func play(steps ...func(*http.Request) (*http.Response, error)) *wire {
	return &wire{steps: steps}
}

func (s *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	n := int(s.n.Add(1))
	return s.steps[min(n, len(s.steps))-1](req)
}

// wantCalls fails the test unless so many calls came.
func (s *wire) wantCalls(t *testing.T, want int) {
	t.Helper()
	if got := int(s.n.Load()); got != want {
		t.Errorf("%d calls, want %d", got, want)
	}
}

// reply answers with this status and body, and its length unless that is -1.
func reply(status int, length int64, body io.Reader, header ...string) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, ContentLength: length, Body: io.NopCloser(body), Request: req}, nil
	}
}

// ok answers with the body whole.
func ok(body []byte) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		return reply(200, int64(len(body)), bytes.NewReader(body))(req)
	}
}

// refuse answers with an error object.
func refuse(status int, code string, header ...string) func(*http.Request) (*http.Response, error) {
	body := fmt.Sprintf(`{"code":%q,"details":{},"message":"m","status":"error"}`, code)
	return func(req *http.Request) (*http.Response, error) {
		return reply(status, int64(len(body)), bytes.NewReader([]byte(body)), header...)(req)
	}
}

// cutAfter announces all of the body and sends n bytes of it.
func cutAfter(body []byte, n int) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		r := io.MultiReader(bytes.NewReader(body[:n]), failing{io.ErrUnexpectedEOF})
		return reply(200, int64(len(body)), r)(req)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// tap is an answer whose body a test pours, piece by piece. It ends with the
// request, as a connection does.
type tap struct {
	*io.PipeWriter
	gone chan struct{} // closed when the client has gone away
}

// open returns a tap and the answer that announces length bytes from it.
func open(length int64) (*tap, func(*http.Request) (*http.Response, error)) {
	r, w := io.Pipe()
	t := &tap{w, make(chan struct{})}
	var once sync.Once
	return t, func(req *http.Request) (*http.Response, error) {
		context.AfterFunc(req.Context(), func() {
			w.CloseWithError(context.Cause(req.Context()))
			once.Do(func() { close(t.gone) })
		})
		return reply(200, length, r)(req)
	}
}

// never answers, until the request ends.
func never(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// picture is n bytes that look like a PNG and differ by seed.
func picture(n int, seed byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7+i>>8) ^ seed
	}
	copy(b, "\x89PNG\r\n\x1a\n")
	return b
}

// whole reads all of a photo.
func whole(t *testing.T, p *bigin.Photo) []byte {
	t.Helper()
	b, err := p.Bytes(t.Context(), 0, int(p.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wantBytes fails the test unless the photo is these bytes, in its size and in
// its content.
func wantBytes(t *testing.T, p *bigin.Photo, want []byte) {
	t.Helper()
	if p.Size() != int64(len(want)) {
		t.Errorf("size %d, want %d", p.Size(), len(want))
	}
	if got := whole(t, p); !bytes.Equal(got, want) {
		t.Errorf("%d bytes that are not the photo's %d", len(got), len(want))
	}
}
