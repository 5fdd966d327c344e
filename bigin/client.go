package bigin

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Options say how a [Client] behaves. Tokens is required; the zero values of the
// rest are usable.
type Options struct {
	Tokens        *TokenSource
	Transport     http.RoundTripper // what carries the calls; nil is a transport of the client's own
	Concurrency   int               // calls at once; 0 means 10
	CreditReserve int               // when no more credits than this remain, no call is made; 0 means no reserve
	MaxPhotoSize  int64             // bytes; 0 means 32 MiB
	Timeout       time.Duration     // of a call, retries included, and of a photo until it begins to arrive; 0 means 30 s
	Quota         Quota             // shares Bigin's limits with the clients of other machines; nil: there are none
	Log           *slog.Logger      // nil discards
}

// A Client calls the Bigin API for one account. It is safe for concurrent use.
type Client struct {
	http    *http.Client
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
	o.Concurrency, o.Timeout = cmp.Or(o.Concurrency, 10), cmp.Or(o.Timeout, 30*time.Second)
	if o.Transport == nil {
		o.Transport = newTransport(o.Concurrency, o.Timeout)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		http: &http.Client{
			Transport:     &Transport{Base: meter{o.Transport}, Tokens: o.Tokens},
			CheckRedirect: checkRedirect,
		},
		tokens:  o.Tokens,
		max:     cmp.Or(o.MaxPhotoSize, 32<<20),
		timeout: o.Timeout,
		log:     o.Log,
		limit:   newLimiter(o.Concurrency, o.CreditReserve, o.Quota),
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
// dial again: after the machine slept, they are dead without anyone knowing.
func (c *Client) DropConnections() { c.http.CloseIdleConnections() }

// untilClosed returns a context that is done with ctx, and when the client is
// closed.
func (c *Client) untilClosed(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(c.ctx, func() { cancel(context.Cause(c.ctx)) })
	return ctx, func(cause error) { stop(); cancel(cause) }
}
