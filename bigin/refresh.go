package bigin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/oauth2"
)

const (
	lostHold    = time.Second      // after a request without an answer
	answerHold  = 3 * time.Second  // after an answer that a server in trouble gives
	strangeHold = 30 * time.Second // after one that is not Zoho's, as of a network that wants a login first
	refusedHold = 5 * time.Minute  // after ErrRefused, or a token that can't be used
	grantsHold  = 15 * time.Minute // after ErrManyGrants; asking earlier lengthens Zoho's penalty
	lockWait    = 20 * time.Second // for another process that refreshes
	tokenTries  = 3                // of one refresh, when the network or the server fails
)

// renew finds a live token in the file or with another machine, or has Zoho
// make one.
func (s *TokenSource) renew(ctx context.Context) (heldToken, error) {
	c, err := s.credentials()
	if err != nil {
		return heldToken{}, fmt.Errorf("get an access token: %w", err)
	}
	if h, ok := s.stored(c); ok {
		return h, nil
	}
	if err := s.heldOff(c); err != nil && s.opts.Share == nil {
		return heldToken{}, err
	}
	unlock, unlocked := s.lock(ctx)
	defer unlock()
	if h, ok := s.stored(c); ok { // another process was faster
		return h, nil
	}
	h, done := s.shared(ctx, c)
	if done == nil {
		s.opts.Log.Info("access token of another machine taken", "api", h.APIDomain, "expires", h.Expiry)
		return h, nil
	}
	defer done()
	if err := s.heldOff(c); err != nil {
		return heldToken{}, err
	}
	h, err = refresh(ctx, s.opts.HTTP, c, s.opts.APIURL)
	s.settle(c, err)
	if err != nil {
		s.opts.Log.Warn("no access token", "error", err)
		return heldToken{}, err
	}
	s.opts.Log.Info("access token made", "api", h.APIDomain, "expires", h.Expiry)
	s.store(ctx, h, unlocked)
	return h, nil
}

func (s *TokenSource) credentials() (Credentials, error) {
	if s.opts.Credentials == nil {
		return Credentials{}, ErrNoCredentials
	}
	c, err := s.opts.Credentials()
	if err != nil {
		return Credentials{}, err
	}
	return c, c.validate()
}

// heldOff returns an error while Zoho must not be asked with these credentials.
func (s *TokenSource) heldOff(c Credentials) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.hold.over(c) {
		return s.hold.err
	}
	if last := s.rejects.last; last != nil && last.mark == c.Fingerprint() && !s.rejects.mayReplace() {
		return &AuthError{
			Op:   "replace a refused access token",
			Code: string(InvalidToken),
			Hint: "Bigin refuses even new access tokens; see that the client and the account belong to the same data center",
			Err:  ErrRefused,
		}
	}
	return nil
}

// settle notes what Zoho answered to a refresh with these credentials.
func (s *TokenSource) settle(c Credentials, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = &hold{}
	switch {
	case err == nil:
		s.rejects.settle(true)
	case errors.Is(err, ErrManyGrants):
		s.hold = &hold{c, err, time.Now(), grantsHold}
	default:
		s.hold = &hold{c, err, time.Now(), holdAfter(err)}
	}
}

// holdAfter is how long Zoho is left alone after a failed refresh, so that not
// every call that follows tries again. A network that comes back is used at
// once.
func holdAfter(err error) time.Duration {
	var answer *Error
	var op *net.OpError
	switch {
	case errors.Is(err, ErrRefused), errors.Is(err, ErrUnknownDataCenter), errors.Is(err, ErrInsecureURL):
		return refusedHold
	case errors.Is(err, ErrProtocol):
		return strangeHold
	case errors.As(err, &answer):
		return answerHold
	case errors.As(err, &op) && op.Op == "dial":
		return 0
	}
	return lostHold
}

// refresh has Zoho make an access token, and tries again when the network or
// the server fails.
//
// https://www.bigin.com/developer/docs/apis/v2/refresh.html
func refresh(ctx context.Context, hc *http.Client, c Credentials, apiURL string) (heldToken, error) {
	a, err := newAuthServer(hc, c.AccountsURL)
	if err != nil {
		return heldToken{}, err
	}
	op := operation{"refresh the access token",
		"the refresh token was revoked, or belongs to another client or data center; sign in again"}
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval = 300 * time.Millisecond
	waits.MaxInterval = 3 * time.Second
	var last error // what the server did, not that the time was up
	grant, err := backoff.Retry(ctx, func() (Grant, error) {
		var g Grant
		g, last = a.grant(ctx, op, c.key(), tokenPath, apiURL, func(ctx context.Context, cfg *oauth2.Config) (*oauth2.Token, error) {
			return cfg.TokenSource(ctx, &oauth2.Token{RefreshToken: c.RefreshToken}).Token()
		})
		if last != nil && !retriable(last) {
			return g, backoff.Permanent(last)
		}
		return g, last
	}, backoff.WithBackOff(waits), backoff.WithMaxTries(tokenTries), backoff.WithMaxElapsedTime(0))
	if err != nil {
		return heldToken{}, last
	}
	return heldToken{Token: grant.Token, made: time.Now().Round(0), mark: c.Fingerprint()}, nil
}
