package bigin

import (
	"context"
	"net/http"
	"net/url"
)

// Revoke ends a refresh token and the access tokens that were made with it.
// ErrRefused means that Zoho knows no such token: it was revoked before, or
// belongs to another data center.
//
// https://www.bigin.com/developer/docs/apis/v2/revoke-tokens.html
func Revoke(ctx context.Context, hc *http.Client, accountsURL, refreshToken string) error {
	a, err := newAuthServer(hc, accountsURL)
	if err != nil {
		return err
	}
	op := operation{"revoke the refresh token", "the token was revoked before, or belongs to another data center"}
	return a.post(ctx, op, revokePath, url.Values{"token": {refreshToken}}, nil, nil)
}
