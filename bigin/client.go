package bigin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"
)

// Options say how a [Client] behaves. Tokens is required, the zero value of
// the rest is usable.
type Options struct {
	Tokens        *TokenSource
	BaseURL       string            // where the API is; "" asks Tokens, which know the account's data center
	Transport     http.RoundTripper // what carries the calls; nil is a transport of the client's own
	Concurrency   int               // calls at once; 0 means 10
	CreditReserve int               // below so many remaining credits no call is made; 0 means no reserve
	MaxPhotoSize  int64             // bytes; 0 means 32 MiB
	Timeout       time.Duration     // how long a call may take to begin, retries included; 0 means 30 s
	Log           *slog.Logger      // nil discards
}

// A Client calls the Bigin API for one account. It is safe for concurrent use.
type Client struct {
	http    *http.Client
	base    string
	tokens  *TokenSource
	max     int64
	timeout time.Duration
	log     *slog.Logger
	limit   *limiter
	calls   counter
	ctx     context.Context // done when the client is closed
	close   context.CancelCauseFunc
}

// New returns a client that makes no call until it is asked to. Close it.
func New(o Options) *Client {
	if o.Transport == nil {
		o.Transport = newTransport(cmp.Or(o.Concurrency, 10))
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		http: &http.Client{
			Transport:     &Transport{Base: o.Transport, Tokens: o.Tokens, BaseURL: o.BaseURL},
			CheckRedirect: CheckRedirect,
		},
		base:    o.BaseURL,
		tokens:  o.Tokens,
		max:     cmp.Or(o.MaxPhotoSize, 32<<20),
		timeout: cmp.Or(o.Timeout, 30*time.Second),
		log:     o.Log,
		limit:   newLimiter(cmp.Or(o.Concurrency, 10), o.CreditReserve),
	}
	c.ctx, c.close = context.WithCancelCause(context.Background())
	return c
}

// Close ends all downloads and lets go of the connections.
func (c *Client) Close() {
	c.close(ErrClosed)
	c.http.CloseIdleConnections()
}

// DropConnections closes the connections that are idle, so that the next calls
// dial anew: after the machine slept, they are dead without anyone knowing.
func (c *Client) DropConnections() { c.http.CloseIdleConnections() }

// request is one GET of the API.
type request struct {
	kind  CallKind
	op    string // for errors: "photo Contacts/123"
	path  string // below /bigin/v2/
	query url.Values
	since time.Time // sent as If-Modified-Since unless zero
}

// get makes the call and gives its answer to use, again and again while that
// can help: use must be able to start over. The error names the operation.
func (c *Client) get(ctx context.Context, r request, use func(*answer) error) error {
	deadline := time.Now().Add(c.timeout * 4 / 5) // to say why, rather than be cut off
	err := retry(ctx, func() error {
		for {
			err := c.attempt(ctx, r, deadline, use)
			if !errors.Is(err, TooManyRequests) || !c.limit.resumesBefore(deadline) {
				return err
			}
		}
	})
	if err != nil {
		return fmt.Errorf("%s: %w", r.op, err)
	}
	return nil
}

// attempt makes the call once, within the limits of the account.
func (c *Client) attempt(ctx context.Context, r request, deadline time.Time, use func(*answer) error) error {
	if err := c.limit.acquire(ctx, deadline); err != nil {
		return err
	}
	defer c.limit.release()

	base, err := c.baseURL(ctx)
	if err != nil {
		return err
	}
	watch := watchSilence(ctx, c.timeout/2)
	defer watch.stop()
	req, err := http.NewRequestWithContext(watch.ctx, http.MethodGet, base+"/bigin/v2/"+r.path, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrProtocol, withoutURL(err))
	}
	req.URL.RawQuery = r.query.Encode()
	if r.kind == PhotoCall {
		req.Header.Set("Accept-Encoding", "identity") // else the size is lost
	}
	if !r.since.IsZero() {
		req.Header.Set("If-Modified-Since", r.since.Format(time.RFC3339))
	}
	c.calls.add(r.kind)
	sent := time.Now()
	res, err := c.http.Do(req)
	if err != nil {
		return watch.explain(withoutURL(err))
	}
	defer res.Body.Close()
	a := &answer{status: res.StatusCode, header: res.Header, length: res.ContentLength, body: watch.reader(res.Body), sent: sent}
	c.limit.noteCredits(res.Header, sent)
	if a.status == http.StatusOK || a.status == http.StatusNoContent || a.status == http.StatusNotModified && !r.since.IsZero() {
		c.limit.succeeded()
		return use(a)
	}
	apiErr := a.apiError()
	if errors.Is(apiErr, TooManyRequests) {
		c.limit.throttled(apiErr.RetryAfter)
	}
	return apiErr
}

// baseURL is where the API of the account is, without a slash at the end.
func (c *Client) baseURL(ctx context.Context) (string, error) {
	if c.base != "" {
		return c.base, nil
	}
	return c.tokens.BaseURL(ctx)
}

// withoutURL strips what net/http puts around an error: the URL with its
// query, which tells nothing the operation does not.
func withoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

// detach returns a context for work that outlives the caller of ctx but not
// the client. It keeps the values of ctx.
func (c *Client) detach(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(c.ctx, func() { cancel(context.Cause(c.ctx)) })
	return ctx, func(cause error) { stop(); cancel(cause) }
}

// guard turns a panic of f into ErrPanic, with the stack in the log.
func (c *Client) guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			c.log.Error("panic", "value", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", ErrPanic, r)
		}
	}()
	return f()
}

// newTransport returns a transport that keeps as many connections as calls may
// run at once: the default keeps two and dials again for all others.
func newTransport(concurrency int) http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = concurrency
	t.ReadBufferSize = 64 << 10 // photos come in larger pieces than the default 4 kB
	return t
}
