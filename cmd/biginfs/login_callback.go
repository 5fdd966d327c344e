package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// callback waits for the browser to come back.
//
// https://www.rfc-editor.org/rfc/rfc8252#section-7.3
type callback struct {
	ctx             context.Context
	key             bigin.ClientKey
	startedAt       string // accounts server
	redirect        string
	state, verifier string
	results         chan result
	taken           atomic.Bool // the redirect has come
}

// result is how the login ended.
type result struct {
	grant bigin.Grant
	at    string // accounts server
	err   error
}

// listen answers on this machine only: over IPv4, and over IPv6 if it has that,
// since localhost may be either.
func (c *callback) listen(port uint64) (stop func(), err error) {
	number := strconv.FormatUint(port, 10)
	first, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", number))
	if err != nil {
		return nil, portTaken(number, err)
	}
	server := &http.Server{Handler: c, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(first) }()
	second, err := net.Listen("tcp", net.JoinHostPort("::1", number))
	switch {
	case err == nil:
		go func() { _ = server.Serve(second) }()
	case errors.Is(err, syscall.EADDRINUSE): // the browser might go there, and the code with it
		_ = server.Close()
		return nil, portTaken(number, err)
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), pageTime)
		defer cancel()
		_ = server.Shutdown(ctx)
	}, nil
}

func portTaken(number string, err error) error {
	return fmt.Errorf("%w; another login may be waiting there: end it, or use --self-client", listenError("port "+number, err))
}

// ServeHTTP takes the redirect. Browsers ask for other things too, such as
// icons.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.URL.Path != callbackPath {
		http.NotFound(w, r)
		return
	}
	if !c.ours(r.URL.Query().Get("state")) {
		showLastPage(w, anotherLogin)
		return
	}
	res := c.finish(r.URL.Query())
	if res.err != nil {
		showLastPage(w, notConnected)
	} else {
		showLastPage(w, connected)
	}
	c.results <- res
}

// ours reports whether a redirect ends this login: the first one that brings its
// state, which nobody else knows.
func (c *callback) ours(state string) bool {
	return subtle.ConstantTimeCompare([]byte(state), []byte(c.state)) == 1 && c.taken.CompareAndSwap(false, true)
}

// finish exchanges the code that the redirect brings.
func (c *callback) finish(q url.Values) result {
	switch code := q.Get("error"); {
	case code == "access_denied":
		return result{err: fmt.Errorf("%w; run biginfs login again and accept", bigin.ErrConsentDenied)}
	case code != "" || q.Get("code") == "":
		return result{err: fmt.Errorf("%w: the browser brought no code", bigin.ErrRefused)}
	}
	at, err := c.accountsServer(q.Get("accounts-server"), q.Get("location"))
	if err != nil {
		return result{err: fmt.Errorf("%w; run biginfs login again with the data center of your account: --data-center NAME", err)}
	}
	grant, err := bigin.Exchange(c.ctx, nil, at, c.key, q.Get("code"), c.redirect, c.verifier)
	return result{grant, at, err}
}

// accountsServer returns where to exchange the code, which must be a server of
// Zoho's.
func (c *callback) accountsServer(server, location string) (string, error) {
	if _, zoho := bigin.DataCenterOfAccounts(c.startedAt); zoho && server == "" && location != "" {
		dc, err := bigin.ParseDataCenter(location)
		return dc.AccountsURL, err
	}
	return bigin.TrustedAccountsURL(server, c.startedAt)
}
