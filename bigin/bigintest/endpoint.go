package bigintest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Protocol is what an Endpoint speaks.
type Protocol string

// The protocols. Bigin itself speaks HTTP/2 to clients that can.
const (
	PlainHTTP Protocol = "HTTP/1.1"
	HTTPS     Protocol = "HTTP/1.1 over TLS"
	HTTP2     Protocol = "HTTP/2 over TLS"
)

// An Endpoint serves a Server at an address of this machine. Unlike other HTTP
// servers it gives faults access to the connection itself. Close it after use.
type Endpoint struct {
	URL string // without a slash at the end

	http     *http.Server
	accepted atomic.Int64

	mu    sync.Mutex
	conns map[*muteConn]bool
}

// Listen serves a Server, or a handler that wraps one, at address; "" is a free
// port of 127.0.0.1. Over TLS its certificate is for 127.0.0.1, ::1 and
// localhost, and is issued by the authority whose certificate [CA] returns.
func Listen(address string, p Protocol, h http.Handler) (*Endpoint, error) {
	l, err := net.Listen("tcp", or(address, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("bigintest: %w", err)
	}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(p == HTTP2)
	e := &Endpoint{URL: "http://" + l.Addr().String(), conns: map[*muteConn]bool{}}
	e.http = &http.Server{
		Handler: h, Protocols: &protocols, ReadHeaderTimeout: 10 * time.Second,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) },
		ErrorLog:    discardLog, // a client that does not trust CA may be what is tested
	}
	l = &listener{l, e}
	if p == PlainHTTP {
		go func() { _ = e.http.Serve(l) }() // ends with Close
		return e, nil
	}
	pair, err := certificate()
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	e.URL = "https://" + l.Addr().String()
	e.http.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair.server}, MinVersion: tls.VersionTLS12}
	go func() { _ = e.http.ServeTLS(l, "", "") }()
	return e, nil
}

// Close ends the Endpoint and all its connections.
func (e *Endpoint) Close() {
	_ = e.http.Close()
	e.Disconnect(FIN)
}

// Accepted returns how many connections have been made so far.
func (e *Endpoint) Accepted() int { return int(e.accepted.Load()) }

// Disconnect cuts all open connections. New ones are accepted.
func (e *Endpoint) Disconnect(by End) {
	for _, c := range e.open() {
		if l, ok := c.Conn.(*net.TCPConn); ok && by == RST {
			_ = l.SetLinger(0)
		}
		_ = c.Close()
	}
}

// Silence makes all open connections go dead without closing them: whatever the
// server writes is lost. New ones are accepted.
func (e *Endpoint) Silence() {
	for _, c := range e.open() {
		c.muted.Store(true)
	}
}

func (e *Endpoint) open() []*muteConn {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]*muteConn, 0, len(e.conns))
	for c := range e.conns {
		all = append(all, c)
	}
	return all
}

// listener hands out the connections of an Endpoint.
type listener struct {
	net.Listener
	e *Endpoint
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.e.accepted.Add(1)
	m := &muteConn{Conn: c, e: l.e}
	l.e.mu.Lock()
	l.e.conns[m] = true
	l.e.mu.Unlock()
	return m, nil
}

// connKey is the context key of a request's connection.
type connKey struct{}

// muteConn is a connection that can go dead without being closed.
type muteConn struct {
	net.Conn
	e     *Endpoint
	muted atomic.Bool
}

// NetConn is the connection below, as of a tls.Conn.
func (c *muteConn) NetConn() net.Conn { return c.Conn }

func (c *muteConn) Write(p []byte) (int, error) {
	if c.muted.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *muteConn) Close() error {
	c.e.mu.Lock()
	delete(c.e.conns, c)
	c.e.mu.Unlock()
	return c.Conn.Close()
}
