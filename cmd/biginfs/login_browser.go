package main

import (
	"context"
	"crypto/rand"
	"net"
	"strconv"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/cli/browser"
	"golang.org/x/oauth2"
)

const (
	callbackPath = "/callback"
	consentTime  = 5 * time.Minute // for the person to consent
	pageTime     = 3 * time.Second // for the last page to reach the browser
)

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

// openBrowser opens the page if it can. Its address has been printed in any case.
func openBrowser(page string) {
	browser.Stdout, browser.Stderr = nil, nil // what browsers say is of no use
	_ = browser.OpenURL(page)
}
