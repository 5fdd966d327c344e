package bigin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

const (
	maxRedirects = maxCalls - 1
	maxRefusal   = 64 << 10 // bytes of a 401 that are looked at
)

// Transport puts the access token on requests, as Zoho wants it whatever the
// token_type says: "Authorization: Zoho-oauthtoken …". It puts it on requests
// to the API only, and sends nothing over http except to this machine. A GET
// whose token Bigin calls dead is sent once more with another token.
//
// It leaves redirects to the http.Client above it: a token never follows one to
// another host.
type Transport struct {
	Base   http.RoundTripper // nil: http.DefaultTransport
	Tokens *TokenSource
}

// RoundTrip implements http.RoundTripper. Its errors are ErrInsecureURL, those
// of TokenSource.Token and those of Base.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := SecureURL(req.URL); err != nil {
		closeBody(req)
		return nil, err
	}
	res, token, err := t.send(req)
	if err != nil || token.Access == "" {
		return res, err
	}
	if res.StatusCode != http.StatusUnauthorized {
		t.Tokens.accept(token.Access)
		return res, nil
	}
	if !deadToken(res) {
		return res, nil
	}
	t.Tokens.reject(token.Access)
	if req.Method != http.MethodGet || req.Body != nil && req.Body != http.NoBody {
		return res, nil
	}
	res.Body.Close()
	res, token, err = t.send(req)
	switch {
	case err != nil:
		return nil, err
	case res.StatusCode != http.StatusUnauthorized:
		t.Tokens.accept(token.Access)
	case deadToken(res):
		t.Tokens.reject(token.Access)
	}
	return res, nil
}

// CloseIdleConnections closes those of Base. http.Client calls it.
func (t *Transport) CloseIdleConnections() {
	if b, ok := t.Base.(interface{ CloseIdleConnections() }); ok {
		b.CloseIdleConnections()
	}
}

// send sends the request once. The token it returns is the one that went with
// it, if any.
func (t *Transport) send(req *http.Request) (*http.Response, Token, error) {
	token, api, err := t.token(req)
	if err != nil {
		closeBody(req)
		return nil, Token{}, err
	}
	out := req.Clone(req.Context())
	out.Header.Del("Authorization")
	if sameHost(req.URL, api) {
		out.Header.Set("Authorization", "Zoho-oauthtoken "+token.Access)
	} else {
		token = Token{}
	}
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	res, err := base.RoundTrip(out)
	return res, token, err
}

// token returns a token and the URL of the API it is for.
func (t *Transport) token(req *http.Request) (Token, *url.URL, error) {
	token, err := t.Tokens.Token(req.Context())
	if err != nil {
		return Token{}, nil, err
	}
	api, err := parseSecureURL(token.APIDomain)
	if err != nil {
		return Token{}, nil, fmt.Errorf("address of the API: %w", err)
	}
	return token, api, nil
}

// deadToken reports whether a 401 says that the token is expired, revoked or
// garbled, and not that its scope is too narrow. The body stays readable.
func deadToken(res *http.Response) bool {
	body := res.Body
	read, _ := io.ReadAll(io.LimitReader(body, maxRefusal))
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), body), body}
	var answer struct {
		Code Code `json:"code"`
	}
	if json.Unmarshal(read, &answer) != nil {
		return false
	}
	switch answer.Code {
	case InvalidToken, AuthenticationFailure, InvalidOAuthToken:
		return true
	}
	return false
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}

// checkRedirect is the http.Client.CheckRedirect that goes with Transport: at
// most 4 redirects, and none from https to http.
func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("%w: one redirect after another", ErrProtocol)
	}
	if len(via) > 0 && via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return fmt.Errorf("redirect to %s: %w", req.URL.Host, ErrInsecureURL)
	}
	return SecureURL(req.URL)
}
