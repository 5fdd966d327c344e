package bigintest

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"
)

// code is a grant code: it works once, for a few minutes.
type code struct {
	scopes    []string // nil: as Behaviour says
	redirect  string   // "" for a self client, which has none
	challenge string   // PKCE; "" is none
	method    string   // of the challenge: "S256" or "plain"
	offline   bool     // a refresh token comes with it
	expires   time.Time
}

// GrantCode returns a grant code such as the API console makes for a self
// client. It works once, for ten minutes.
func (s *Server) GrantCode() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addCode(&code{offline: true, expires: s.clock().Add(10 * time.Minute)})
}

func (s *Server) addCode(c *code) string {
	if s.codes == nil {
		s.codes = map[string]*code{}
	}
	token := newToken()
	s.codes[token] = c
	return token
}

// refresh answers grant_type=refresh_token.
//
// https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html
func (c *call) refresh() answer {
	if bad := c.badClient(); bad != nil {
		return *bad
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	g := c.s.grantOf(c.r.PostForm.Get("refresh_token"))
	if g == nil || c.s.refuse {
		return oauthError("invalid_code")
	}
	return c.tokens(g, false)
}

// exchange answers grant_type=authorization_code.
//
// https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html
func (c *call) exchange() answer {
	if bad := c.badClient(); bad != nil {
		return *bad
	}
	form := c.r.PostForm
	if form.Get("grant_type") != "authorization_code" {
		return oauthError("invalid_grant_type")
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	token := form.Get("code")
	k := c.s.codes[token]
	delete(c.s.codes, token)
	switch {
	case k == nil || !c.s.clock().Before(k.expires):
		return oauthError("invalid_code")
	case k.redirect != "" && k.redirect != form.Get("redirect_uri"):
		return oauthError("invalid_redirect_uri")
	case !k.verify(form.Get("code_verifier")):
		return oauthError("invalid_code")
	}
	return c.tokens(c.s.newGrant(k.scopes, k.offline), k.offline)
}

// verify checks the PKCE verifier (RFC 7636) if there was a challenge.
func (k *code) verify(verifier string) bool {
	switch {
	case k.challenge == "":
		return true
	case k.method == "S256":
		sum := sha256.Sum256([]byte(verifier))
		return base64.RawURLEncoding.EncodeToString(sum[:]) == k.challenge
	}
	return verifier == k.challenge
}

// tokens answers with an access token of the grant. The caller holds s.mu.
func (c *call) tokens(g *grant, withRefresh bool) answer {
	token, ok := c.s.issue(g)
	if !ok {
		return c.accessDenied()
	}
	o := object{
		"access_token": token,
		"api_domain":   c.b.apiDomain(c.r),
		"token_type":   "Bearer",
		"expires_in":   int(c.b.life() / time.Second),
	}
	if withRefresh {
		o["refresh_token"] = g.refresh
	}
	return reply(http.StatusOK, o)
}

// accessDenied is the answer to too many grants.
func (c *call) accessDenied() answer {
	status := http.StatusBadRequest
	if c.b.GrantsDenied200 {
		status = http.StatusOK
	}
	return reply(status, object{
		"error_description": "You have made too many requests continuously. Please try again after some time.",
		"error":             "Access Denied",
		"status":            "failure",
	})
}

// badClient checks the credentials, which must be in the form: Zoho does not
// read HTTP Basic.
func (c *call) badClient() *answer {
	var bad answer
	switch form := c.r.PostForm; {
	case form.Get("client_id") != c.b.clientID():
		bad = oauthError("invalid_client")
	case form.Get("client_secret") != c.b.clientSecret():
		bad = oauthError("invalid_client_secret")
	default:
		return nil
	}
	return &bad
}

// oauthError is an error of the accounts server, which sends it with HTTP 200.
func oauthError(name string) answer { return reply(http.StatusOK, object{"error": name}) }
