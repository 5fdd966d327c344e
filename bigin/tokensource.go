package bigin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

const refreshTimeout = time.Minute // for the lock, the tries and the waits between them

// TokenOptions configures a TokenSource.
type TokenOptions struct {
	// Credentials is asked before each refresh, so that a new login heals a
	// running program. Its errors reach the callers of Token wrapped and must
	// hold no secret.
	Credentials func() (Credentials, error)
	APIURL      string       // where a person says the API is; "": where Zoho says, if that is one of its own servers
	File        string       // where the processes of this machine share the token; "" keeps it in memory only
	Share       TokenShare   // shares the token with other machines; nil: with none
	HTTP        *http.Client // nil: one with a timeout of 15 s; a client without a timeout gets that one too
	Log         *slog.Logger // nil: silent
}

// A TokenSource keeps an access token alive. Zoho makes only 10 in 10 minutes,
// so it makes as few as it can: one at a time for all callers, and one for all
// processes that share its file. It is safe for concurrent use.
type TokenSource struct {
	opts TokenOptions

	mu      sync.Mutex
	held    *heldToken // behind a pointer, which is as deep as fmt looks into unexported fields
	flight  *flight    // the renewal under way, if any
	rejects *rejects
	hold    *hold
	err     error // of the last renewal
	errTime time.Time

	warned map[string]bool // of what; used by the renewal only
}

// flight is one renewal and what came of it, to be read when done is closed.
type flight struct {
	done  chan struct{}
	token Token
	err   error
}

// NewTokenSource returns a TokenSource. It does nothing until it is asked.
func NewTokenSource(o TokenOptions) *TokenSource {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &TokenSource{opts: o, held: &heldToken{}, rejects: &rejects{}, hold: &hold{}}
}

// Token returns a live token: from memory, from the file, or a new one. When
// ctx ends, only this call does; the renewal goes on for the others.
//
// The errors are ErrNoCredentials, ErrInsecureURL, ErrRefused (somebody has to
// sign in again; *AuthError has a hint), ErrManyGrants (try in a quarter of an
// hour), the context's, and those of the network.
func (s *TokenSource) Token(ctx context.Context) (Token, error) {
	if ctx.Err() != nil {
		return Token{}, fmt.Errorf("get an access token: %w", context.Cause(ctx))
	}
	s.mu.Lock()
	if s.held.live(time.Now()) {
		defer s.mu.Unlock()
		return s.held.Token, nil
	}
	f := s.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		s.flight = f
		go s.fly(f)
	}
	s.mu.Unlock()

	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		return Token{}, fmt.Errorf("get an access token: %w", context.Cause(ctx))
	}
}

// baseURL returns the URL of the API that the account's tokens are good for:
// https://www.zohoapis.eu. Its errors are those of Token.
func (s *TokenSource) baseURL(ctx context.Context) (string, error) {
	t, err := s.Token(ctx)
	return t.APIDomain, err
}

// fly makes one renewal on behalf of everyone who waits for it.
func (s *TokenSource) fly(f *flight) {
	ctx, cancel := context.WithTimeout(context.Background(), refreshTimeout)
	defer cancel()
	var held heldToken
	err := guard(s.opts.Log, func() (err error) {
		held, err = s.renew(ctx)
		return err
	})
	if errors.Is(err, ErrPanic) {
		err = fmt.Errorf("get an access token: %w", err)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.flight = nil
	switch {
	case err == nil:
		s.held = &held
		s.rejects.settle(false)
	case err != s.err: //nolint:errorlint // the very error is what Zoho said some time ago
		s.errTime = time.Now()
	}
	s.err = err
	f.token, f.err = held.Token, err
	close(f.done)
}

// reject tells that Bigin answered 401 to this token: the next call of Token
// finds or makes another. A token that was replaced meanwhile is ignored, so
// any number of callers may reject the same one.
func (s *TokenSource) reject(access string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if access == "" || s.held.Access != access {
		return
	}
	s.rejects.add(*s.held)
	s.held = &heldToken{Token: Token{Expiry: s.held.Expiry}}
}

// accept tells that Bigin took this token for valid.
func (s *TokenSource) accept(access string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.Access == access {
		s.held.proven = true
	}
}

// State describes the source without asking anybody.
func (s *TokenSource) State() TokenState {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := TokenState{Status: TokenNone, APIDomain: s.held.APIDomain, Expiry: s.held.Expiry, Err: s.err, ErrTime: s.errTime}
	switch {
	case s.held.live(time.Now()):
		st.Status = TokenLive
	case errors.Is(s.err, ErrRefused), errors.Is(s.err, ErrNoCredentials):
		st.Status = TokenRefused
	case errors.Is(s.err, ErrManyGrants):
		st.Status = TokenThrottled
	case !s.held.Expiry.IsZero():
		st.Status = TokenExpired
	}
	if st.Err == nil {
		st.ErrTime = time.Time{}
	}
	return st
}

// Format hides the token from every verb of fmt.
func (s *TokenSource) Format(f fmt.State, _ rune) {
	if s == nil {
		writeMasked(f, "no token source")
		return
	}
	writeMasked(f, "token source ("+string(s.State().Status)+")")
}

// rejected reports whether Bigin refused this very token before.
func (s *TokenSource) rejected(access string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.rejects.tokens, access)
}
