package probe

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// maxBody bounds what is read of an answer.
const maxBody = 16 << 20

// errSpent refuses a call beyond those that were promised.
var errSpent = errors.New("no calls are left")

// line is the way to Bigin, and what was seen of it.
type line struct {
	http      *http.Client
	transport http.RoundTripper
	api       string
	timeout   time.Duration

	mu       sync.Mutex
	fastest  time.Duration // from a request to its headers
	date     time.Time     // of the last answer
	skew     []time.Duration
	dateless bool // an answer had no Date
	credits  bool // an answer told what is left
	left     int  // what the last one said
	protocol string
	tls      string
}

// allowance is the innermost RoundTripper: it counts what leaves, and lets no
// more out than was promised. The token of a 401 is renewed above it.
type allowance struct {
	http.RoundTripper
	mu   sync.Mutex
	left int
}

func (a *allowance) RoundTrip(req *http.Request) (*http.Response, error) {
	if !a.take() {
		return nil, errSpent
	}
	return a.RoundTripper.RoundTrip(req)
}

func (a *allowance) take() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.left--
	return a.left >= 0
}

func newLine(o Options, api string, calls int) *line {
	base := o.Transport
	if base == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = maxBurst
		t.MaxResponseHeaderBytes = 256 << 10
		base = t
	}
	return &line{
		http: &http.Client{
			Transport:     &bigin.Transport{Base: &allowance{RoundTripper: base, left: calls}, Tokens: o.Tokens},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		api: strings.TrimSuffix(api, "/"), timeout: cmp.Or(o.Timeout, 30*time.Second), transport: base,
	}
}

func (l *line) close() {
	if t, ok := l.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// call is one GET.
type call struct {
	ask   string // what for, in words
	path  string
	query url.Values
	since time.Time // sent as If-Modified-Since unless zero
	photo bool
}

// result is what came of a call. It holds foreign text, of which only what
// describe lets through gets into a report.
type result struct {
	ask     string
	status  int // 0: there was no answer
	err     error
	header  http.Header
	length  int64
	chunked bool
	body    []byte
}

// call makes it. An answer that cannot be had is a result too.
func (l *line) call(ctx context.Context, c call) *result {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	res := &result{ask: c.ask}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.api+"/bigin/v2/"+c.path, nil)
	if err != nil {
		res.err = err
		return res
	}
	req.URL.RawQuery = c.query.Encode()
	if c.photo {
		req.Header.Set("Accept-Encoding", "identity")
	}
	if !c.since.IsZero() {
		req.Header.Set("If-Modified-Since", c.since.Format(time.RFC3339))
	}
	sent := time.Now()
	r, err := l.http.Do(req)
	if err != nil {
		res.err = err
		return res
	}
	defer r.Body.Close()
	l.see(r, sent)
	res.status, res.header, res.length = r.StatusCode, r.Header, r.ContentLength
	res.chunked = r.ContentLength < 0
	if res.body, err = io.ReadAll(io.LimitReader(r.Body, maxBody)); err != nil {
		res.err, res.status = err, 0
	}
	return res
}

// creditsLeft is how many credits are left, if an answer has said so.
func (l *line) creditsLeft() (left int, told bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.left, l.credits
}

// see notes what an answer tells besides what it was asked for.
func (l *line) see(r *http.Response, sent time.Time) {
	took := time.Since(sent)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fastest == 0 || took < l.fastest {
		l.fastest = took
	}
	if date, err := http.ParseTime(r.Header.Get("Date")); err != nil {
		l.dateless = true
	} else {
		l.date = date
		l.skew = append(l.skew, date.Add(time.Second/2).Sub(sent.Add(took/2)))
	}
	if n, err := strconv.Atoi(r.Header.Get("X-API-CREDITS-REMAINING")); err == nil {
		l.credits, l.left = true, n
	}
	l.protocol = r.Proto
	if r.TLS != nil {
		l.tls = tls.VersionName(r.TLS.Version)
	}
}
