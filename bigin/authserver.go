package bigin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

const (
	authTimeout   = 15 * time.Second // of one request to the accounts server
	maxAuthAnswer = 64 << 10         // bytes

	authPath        = "/oauth/v2/auth"
	tokenPath       = "/oauth/v2/token"
	revokePath      = "/oauth/v2/token/revoke"
	deviceCodePath  = "/oauth/v3/device/code"
	deviceTokenPath = "/oauth/v3/device/token"
)

// authServer is one of Zoho's accounts servers, which make tokens.
type authServer struct {
	hc   *http.Client
	url  string // without a trailing slash
	host string
}

// newAuthServer returns ErrInsecureURL if secrets must not travel to that URL.
func newAuthServer(hc *http.Client, accountsURL string) (*authServer, error) {
	u, err := parseSecureURL(accountsURL)
	if err != nil {
		return nil, &AuthError{Op: "reach the accounts server", Err: err}
	}
	var c http.Client
	if hc != nil {
		c = *hc
	} else {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.DisableKeepAlives = true // it is used once an hour
		c.Transport = own
	}
	if c.Timeout <= 0 {
		c.Timeout = authTimeout
	}
	c.Transport = wholeAnswers{c.Transport}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a redirect would carry the secrets along
	return &authServer{&c, strings.TrimSuffix(accountsURL, "/"), u.Host}, nil
}

// config is what x/oauth2 needs to know. Zoho takes the client's key as
// parameters, and scopes with commas between them.
func (a *authServer) config(key ClientKey, path string) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     key.ID,
		ClientSecret: key.Secret,
		Endpoint: oauth2.Endpoint{
			AuthURL:   a.url + authPath,
			TokenURL:  a.url + path,
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// grant makes one request for a token and translates what comes back.
// named is the address of the API if a person gave it.
func (a *authServer) grant(ctx context.Context, op operation, key ClientKey, path, named string,
	ask func(context.Context, *oauth2.Config) (*oauth2.Token, error),
) (Grant, error) {
	t, err := ask(context.WithValue(ctx, oauth2.HTTPClient, a.hc), a.config(key, path))
	if err != nil {
		return Grant{}, a.translate(op, err)
	}
	if !plainToken(t.AccessToken) || !plainToken(t.RefreshToken) {
		return Grant{}, &AuthError{Op: op.name + " at " + a.host, Hint: "the token that came holds characters that no token has", Err: ErrProtocol}
	}
	domain, _ := t.Extra("api_domain").(string)
	domain, err = a.trustedAPI(domain, named)
	if err != nil {
		return Grant{}, &AuthError{Op: op.name + " at " + a.host, Hint: "if that is right, name the address of the API yourself", Err: err}
	}
	return Grant{t.RefreshToken, Token{t.AccessToken, domain, lifeFrom(time.Now(), t.Expiry)}}, nil
}

// lifeFrom returns when a token made now expires, given what Zoho says. An expiry
// that makes no sense is ignored: a token that dies earlier than believed is
// refused and replaced, but one that is replaced before every call would soon
// use up all grants.
func lifeFrom(now, end time.Time) time.Time {
	least, most := now.Add(tokenLeast), now.Add(tokenLife)
	switch {
	case !end.After(now), end.After(most):
		end = most
	case end.Before(least):
		end = least
	}
	return end.Round(0)
}

// plainToken reports whether a token may go into a header and a form.
func plainToken(token string) bool {
	for i := range len(token) {
		if token[i] <= ' ' || token[i] > '~' {
			return false
		}
	}
	return true
}

// translate turns an error that may print secrets into one that does not.
func (a *authServer) translate(op operation, err error) error {
	var answer *oauth2.RetrieveError
	var failed *url.Error
	switch {
	case errors.As(err, &answer):
		return op.failure(a.host, answer.Response.StatusCode, answer.ErrorCode)
	case errors.As(err, &failed) && !errors.Is(err, ErrProtocol):
		return &AuthError{Op: op.name + " at " + a.host, Err: newNetworkError(err)}
	}
	return &AuthError{Op: op.name + " at " + a.host, Err: ErrProtocol} // 200, but no token in it
}

// post sends a form and reads the answer into out, for what x/oauth2 has no
// call for.
func (a *authServer) post(ctx context.Context, op operation, path string, query, form url.Values, out any) error {
	target := a.url + path
	if query != nil {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		return &AuthError{Op: op.name + " at " + a.host, Err: ErrProtocol}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := a.hc.Do(req)
	if err != nil {
		return a.translate(op, err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body) // from memory
	var failed struct{ Error string }
	err = json.Unmarshal(body, &failed)
	if res.StatusCode != http.StatusOK || failed.Error != "" {
		return op.failure(a.host, res.StatusCode, failed.Error)
	}
	if out != nil {
		if err == nil {
			err = json.Unmarshal(body, out)
		}
		if err != nil {
			return &AuthError{Op: op.name + " at " + a.host, Err: ErrProtocol}
		}
	}
	return nil
}

// wholeAnswers reads an answer to its end before it returns it, so that a cut
// connection is an error of the request, and calls it JSON, which it is
// whatever its Content-Type says.
type wholeAnswers struct{ base http.RoundTripper }

func (w wholeAnswers) RoundTrip(req *http.Request) (*http.Response, error) {
	base := w.base
	if base == nil {
		base = http.DefaultTransport
	}
	res, err := base.RoundTrip(req)
	if err != nil {
		return nil, wireError(err)
	}
	defer res.Body.Close()
	body, err := readAll(res.Body, maxAuthAnswer)
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	res.Header.Set("Content-Type", "application/json")
	return res, nil
}
