package bigin

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// AuthCodeURL returns the page where a person consents in the browser. Zoho
// then sends the browser to redirectURI with code, state, location and
// accounts-server; check state, and ask TrustedAccountsURL where to exchange
// the code. The verifier is a secret of this login, from oauth2.GenerateVerifier.
//
// https://www.bigin.com/developer/docs/apis/v2/auth-request.html
func AuthCodeURL(accountsURL string, key ClientKey, redirectURI, state, verifier string, scopes []string) string {
	cfg := (&authServer{url: strings.TrimSuffix(accountsURL, "/")}).config(key, tokenPath)
	cfg.RedirectURL = redirectURI
	return cfg.AuthCodeURL(state,
		oauth2.AccessTypeOffline, oauth2.ApprovalForce, // without both no refresh token comes
		oauth2.S256ChallengeOption(verifier),
		commaScopes(scopes))
}

// commaScopes joins scopes as Zoho wants them; x/oauth2 has spaces there.
func commaScopes(scopes []string) oauth2.AuthCodeOption {
	return oauth2.SetAuthURLParam("scope", strings.Join(scopes, ","))
}

// Exchange turns a code into a grant. The code comes from a redirect, or from the
// API console for a self client, which has neither redirectURI nor verifier. A
// code works once, so nothing is retried.
//
// https://www.bigin.com/developer/docs/apis/v2/access-refresh.html
func Exchange(ctx context.Context, hc *http.Client, accountsURL string, key ClientKey, code, redirectURI, verifier string) (Grant, error) {
	a, err := newAuthServer(hc, accountsURL)
	if err != nil {
		return Grant{}, err
	}
	op := operation{"exchange the grant code",
		"the code has expired, was used before, or belongs to another client or data center; get a new one"}
	return a.consented(ctx, op, key, tokenPath, func(ctx context.Context, cfg *oauth2.Config) (*oauth2.Token, error) {
		cfg.RedirectURL = redirectURI
		var opts []oauth2.AuthCodeOption
		if verifier != "" {
			opts = append(opts, oauth2.VerifierOption(verifier))
		}
		return cfg.Exchange(ctx, code, opts...)
	})
}

// consented is grant for what must bring a refresh token.
func (a *authServer) consented(ctx context.Context, op operation, key ClientKey, path string,
	ask func(context.Context, *oauth2.Config) (*oauth2.Token, error),
) (Grant, error) {
	g, err := a.grant(ctx, op, key, path, "", ask)
	if err == nil && g.RefreshToken == "" {
		return Grant{}, &AuthError{
			Op:   op.name + " at " + a.host,
			Hint: "Zoho gives one only after asking for consent, with offline access; sign in again and accept",
			Err:  ErrNoRefreshToken,
		}
	}
	return g, err
}

// TrustedAccountsURL returns the accounts server, without a trailing slash, where
// a login that began at startedAt and was sent to raw goes on: one of Zoho's, or
// the loopback host of startedAt. Any other is ErrUnknownDataCenter,
// since the client's secret would go there. An empty raw stands for startedAt.
//
// https://www.bigin.com/developer/docs/apis/v2/multi-dc.html
func TrustedAccountsURL(raw, startedAt string) (string, error) {
	raw, startedAt = strings.TrimSuffix(raw, "/"), strings.TrimSuffix(startedAt, "/")
	if raw == "" || raw == startedAt {
		return startedAt, nil
	}
	if dc, ok := DataCenterOfAccounts(raw); ok {
		return dc.AccountsURL, nil
	}
	u, err := parseURL(raw)
	if err != nil {
		return "", fmt.Errorf("accounts server of the sign-in: %w", ErrUnknownDataCenter)
	}
	if s, err := url.Parse(startedAt); err == nil && loopback(s) && SecureURL(u) == nil && u.Hostname() == s.Hostname() {
		return raw, nil
	}
	return "", fmt.Errorf("accounts server %q: %w", u.Host, ErrUnknownDataCenter)
}
