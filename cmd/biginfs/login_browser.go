package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/cli/browser"
	"golang.org/x/oauth2"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

const (
	callbackPath = "/callback"
	consentTime  = 5 * time.Minute // for the person to consent
	pageTime     = 3 * time.Second // for the last page to reach the browser
)

var errState = errors.New("the browser came back from another login than this one; run biginfs login again")

// loginBrowser has the person consent in a browser, which comes back to this
// machine with a code. It returns the grant and the accounts server of the
// person's data center.
func (a *app) loginBrowser(ctx context.Context, s *settings.Settings, key bigin.ClientKey, startedAt string, open bool) (bigin.Grant, string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, consentTime, bigin.ErrExpired)
	defer cancel()
	c := &callback{
		ctx: ctx, key: key, startedAt: startedAt,
		redirect: "http://" + net.JoinHostPort("localhost", strconv.FormatUint(s.RedirectPort, 10)) + callbackPath,
		state:    rand.Text(), verifier: oauth2.GenerateVerifier(),
		results: make(chan result, 1),
	}
	stop, err := c.listen(s.RedirectPort)
	if err != nil {
		return bigin.Grant{}, "", err
	}
	defer stop()
	page := bigin.AuthCodeURL(startedAt, key, c.redirect, c.state, c.verifier, scopes())
	a.note("Open this page in a browser on this machine, and accept:\n  %s", page)
	if open {
		go openBrowser(page)
	}
	select {
	case r := <-c.results:
		return r.grant, r.at, r.err
	case <-ctx.Done():
		return bigin.Grant{}, "", context.Cause(ctx)
	}
}

// openBrowser opens the page if it can. The page was printed in any case.
func openBrowser(page string) {
	browser.Stdout, browser.Stderr = nil, nil // what browsers say is of no use
	_ = browser.OpenURL(page)
}

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
		return nil, fmt.Errorf("%w; another login may be waiting there: end it, or use --self-client", listenError("port "+number, err))
	}
	server := &http.Server{Handler: c, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(first) }()
	if second, err := net.Listen("tcp", net.JoinHostPort("::1", number)); err == nil {
		go func() { _ = server.Serve(second) }()
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), pageTime)
		defer cancel()
		_ = server.Shutdown(ctx)
	}, nil
}

// ServeHTTP takes the redirect. Browsers ask for other things too, such as
// icons.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.URL.Path != callbackPath {
		http.NotFound(w, r)
		return
	}
	res := c.finish(r)
	showLastPage(w, res.err == nil)
	select {
	case c.results <- res:
	default: // a second redirect: the first one counts
	}
}

// finish checks the redirect and exchanges its code.
func (c *callback) finish(r *http.Request) result {
	q := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(c.state)) != 1 {
		return result{err: errState}
	}
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

// accountsServer returns where the code is to be exchanged, which must be a
// server of Zoho's.
func (c *callback) accountsServer(server, location string) (string, error) {
	if _, zoho := bigin.DataCenterOfAccounts(c.startedAt); zoho && server == "" && location != "" {
		dc, err := bigin.ParseDataCenter(location)
		return dc.AccountsURL, err
	}
	return bigin.TrustedAccountsURL(server, c.startedAt)
}
