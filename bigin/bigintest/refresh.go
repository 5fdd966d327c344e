package bigintest

import "net/http"

// newGrant makes a grant, with a refresh token of its own. The caller holds
// s.mu.
func (s *Server) newGrant(scopes []string, offline bool) *grant {
	g := &grant{scopes: scopes, made: s.clock()}
	if offline {
		g.refresh = newToken()
		s.keepGrant(g)
		s.trimGrants()
	}
	return g
}

func (s *Server) keepGrant(g *grant) {
	if s.grants == nil {
		s.grants = map[string]*grant{}
	}
	s.grants[g.refresh] = g
}

// trimGrants ends the oldest refresh token when there are too many. The one of
// Behaviour is not counted.
func (s *Server) trimGrants() {
	var oldest *grant
	n := 0
	for _, g := range s.grants {
		if g.revoked || g.refresh == s.Behaviour.refreshToken() {
			continue
		}
		if n++; oldest == nil || g.made.Before(oldest.made) {
			oldest = g
		}
	}
	if n > refreshLimit {
		s.revokeGrant(oldest)
	}
}

// grantOf returns the grant of a refresh token, nil if there is none. The
// caller holds s.mu.
func (s *Server) grantOf(refresh string) *grant {
	g := s.grants[refresh]
	if g == nil && refresh == s.Behaviour.refreshToken() {
		g = &grant{refresh: refresh, made: s.clock()}
		s.keepGrant(g)
	}
	if g == nil || g.revoked {
		return nil
	}
	return g
}

// revokeGrant ends a refresh token and its access tokens.
func (s *Server) revokeGrant(g *grant) {
	g.revoked = true
	for _, t := range g.alive {
		delete(s.access, t)
	}
	g.alive = nil
}

// revoke answers the revocation of a refresh token, which ends its access
// tokens too, or of an access token. An unknown one answers HTTP 400.
//
// https://www.zoho.com/crm/developer/docs/api/v8/revoke-tokens.html
func (c *call) revoke() answer {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	token := c.r.Form.Get("token")
	g, a := c.s.grantOf(token), c.s.access[token]
	switch {
	case g != nil:
		c.s.revokeGrant(g)
	case a != nil:
		delete(c.s.access, token)
	default:
		return reply(http.StatusBadRequest, object{"error": "invalid_token"})
	}
	return reply(http.StatusOK, object{"status": "success"})
}
