package bigintest

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Limits of Zoho's accounts server.
//
// https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html
const (
	grantLimit   = 10 // access tokens per refresh token within grantWindow
	grantWindow  = 10 * time.Minute
	grantPenalty = 15 * time.Minute // how long the next ones are then denied; people report 15 to 30 minutes
	aliveLimit   = 15               // access tokens of a refresh token; a further one ends the oldest
	refreshLimit = 20               // refresh tokens per user and client, likewise
)

// grant is what the user allowed a client, and what was made of it.
type grant struct {
	refresh string
	scopes  []string // nil: as Behaviour says
	made    time.Time
	revoked bool
	issued  []time.Time // access tokens within grantWindow
	denied  time.Time   // until when no more are made
	alive   []string    // access tokens, oldest first
}

// access is an access token.
type access struct {
	grant   *grant // nil for those of IssueToken
	expires time.Time
}

// RevokeTokens makes every access token that is alive INVALID_TOKEN.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access)
	for _, g := range s.grants {
		g.alive = nil
	}
}

// RefuseGrant says whether refresh tokens are refused, as if they had been
// revoked.
func (s *Server) RefuseGrant(refuse bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

// IssueToken returns a live access token without OAuth. No limit counts it.
func (s *Server) IssueToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addToken(nil, s.Behaviour.life())
}

// authorize returns the scopes of the token in the Authorization header. The
// word before it must be Zoho-oauthtoken. The caller holds s.mu.
func (s *Server) authorize(header string) (scopes []string, ok bool) {
	token, ok := strings.CutPrefix(header, "Zoho-oauthtoken ")
	a := s.access[token]
	if !ok || a == nil || !s.clock().Before(a.expires) {
		return nil, false
	}
	switch {
	case a.grant != nil && a.grant.scopes != nil:
		return a.grant.scopes, true
	case s.Behaviour.Scopes != nil:
		return s.Behaviour.Scopes, true
	}
	return readAll, true
}

// issue makes an access token, unless there were too many. The caller holds
// s.mu.
func (s *Server) issue(g *grant) (token string, ok bool) {
	now := s.clock()
	g.issued = slices.DeleteFunc(g.issued, func(t time.Time) bool { return now.Sub(t) >= grantWindow })
	if !s.Behaviour.NoGrantLimit {
		if len(g.issued) >= grantLimit && !now.Before(g.denied) {
			g.denied = now.Add(grantPenalty)
		}
		if now.Before(g.denied) {
			return "", false
		}
	}
	g.issued = append(g.issued, now)
	token = s.addToken(g, s.Behaviour.life())
	g.alive = slices.DeleteFunc(g.alive, func(t string) bool {
		a := s.access[t]
		return a == nil || !now.Before(a.expires)
	})
	g.alive = append(g.alive, token)
	if !s.Behaviour.NoGrantLimit && len(g.alive) > aliveLimit {
		delete(s.access, g.alive[0])
		g.alive = g.alive[1:]
	}
	return token, true
}

func (s *Server) addToken(g *grant, life time.Duration) string {
	if s.access == nil {
		s.access = map[string]*access{}
	}
	token := newToken()
	s.access[token] = &access{grant: g, expires: s.clock().Add(life)}
	return token
}

// newToken makes something that looks like a token of Zoho's.
func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return "1000." + hex.EncodeToString(b[:16]) + "." + hex.EncodeToString(b[16:])
}
