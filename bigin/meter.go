package bigin

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// maxCalls is what one operation may cost, however its calls come about: by
// retries, by another token, by redirects, or by net/http, which by itself
// repeats what it sent over an idle connection that turned out to be dead.
const maxCalls = 5

// errSpent ends an operation that would cost more.
var errSpent = errors.New("gave up after 5 calls")

// budget counts the calls of one operation.
type budget struct {
	count func() // notes one more call
	spent atomic.Int32
}

type budgetKey struct{}

// take counts a call that is about to be sent, unless the operation has had as
// many as it may.
func (b *budget) take() bool {
	if b.spent.Add(1) > maxCalls {
		return false
	}
	b.count()
	return true
}

// over reports whether another call is out of the question.
func (b *budget) over() bool { return b.spent.Load() >= maxCalls }

// meter is the innermost RoundTripper, which sees each request that leaves. A
// request that carries a budget is kept within it.
type meter struct{ base http.RoundTripper }

func (m meter) RoundTrip(req *http.Request) (*http.Response, error) {
	b, ok := req.Context().Value(budgetKey{}).(*budget)
	if !ok {
		return m.base.RoundTrip(req)
	}
	if !b.take() {
		return nil, errSpent
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	first := true
	trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
		if first {
			first = false
			return
		}
		if !b.take() {
			cancel(errSpent)
			if t, ok := c.Conn.(*tls.Conn); !ok || t.ConnectionState().NegotiatedProtocol != "h2" {
				_ = c.Conn.Close() // HTTP/1 would write the request all the same
			}
		}
	}}
	res, err := m.base.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, trace)))
	if err != nil {
		if errors.Is(context.Cause(ctx), errSpent) {
			err = errSpent
		}
		cancel(nil)
		return nil, err
	}
	return res, nil // ctx ends with the request's, under which the body is read
}

func (m meter) CloseIdleConnections() {
	if b, ok := m.base.(interface{ CloseIdleConnections() }); ok {
		b.CloseIdleConnections()
	}
}
