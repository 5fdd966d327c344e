package bigin_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
	"golang.org/x/oauth2"
)

var (
	clientKey = bigin.ClientKey{ID: bigintest.DefaultClientID, Secret: bigintest.DefaultClientSecret}
	readScope = []string{bigin.Contacts.ReadScope(), bigin.Accounts.ReadScope()}
)

func TestAuthCodeURL(t *testing.T) {
	verifier := oauth2.GenerateVerifier()
	raw := bigin.AuthCodeURL("https://accounts.zoho.eu/", clientKey, "http://127.0.0.1:8765/callback", "st&te", verifier, readScope)
	u, err := url.Parse(raw)
	if err != nil || u.Scheme+"://"+u.Host+u.Path != "https://accounts.zoho.eu/oauth/v2/auth" {
		t.Errorf("%s, %v", u, err)
	}
	want := url.Values{
		"response_type": {"code"}, "client_id": {clientKey.ID}, "state": {"st&te"},
		"redirect_uri": {"http://127.0.0.1:8765/callback"}, "access_type": {"offline"}, "prompt": {"consent"},
		"scope":          {"ZohoBigin.modules.contacts.READ,ZohoBigin.modules.accounts.READ"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"},
	}
	if got := u.Query(); got.Encode() != want.Encode() {
		t.Errorf("parameters %v", got)
	}
	if strings.Contains(raw, clientKey.Secret) || strings.Contains(raw, verifier) {
		t.Error("a secret in the browser's address")
	}
}

// consent clicks on the stand-in's consent page and returns the code.
func consent(t *testing.T, srv *bigintest.Server, page string) string {
	t.Helper()
	u, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	form := u.Query()
	form.Set("answer", "accept")
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, accountsURL+"/oauth/v2/auth/consent", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, req)
	back, err := url.Parse(rec.Header().Get("Location"))
	if err != nil || back.Query().Get("code") == "" {
		t.Fatalf("HTTP %d, no code: %v", rec.Code, err)
	}
	return back.Query().Get("code")
}

func TestExchangeOfARedirect(t *testing.T) {
	const redirect = "http://127.0.0.1:8765/callback"
	var srv bigintest.Server
	hc := &http.Client{Transport: inMemory{&srv}}
	verifier := oauth2.GenerateVerifier()
	for _, c := range []struct {
		redirect, verifier string
		ok                 bool
	}{
		{redirect, verifier, true},
		{redirect, oauth2.GenerateVerifier(), false},
		{redirect, "", false},
		{"http://127.0.0.1:9999/", verifier, false},
	} {
		code := consent(t, &srv, bigin.AuthCodeURL(accountsURL, clientKey, redirect, "state", verifier, readScope))
		g, err := bigin.Exchange(t.Context(), hc, accountsURL, clientKey, code, c.redirect, c.verifier)
		if c.ok != (err == nil) || err != nil && !errors.Is(err, bigin.ErrRefused) {
			t.Errorf("%+v: %v", c, err)
		}
		if c.ok && (g.RefreshToken == "" || g.Token.Access == "" || g.Token.APIDomain != accountsURL) {
			t.Error("an incomplete grant")
		}
	}
}

func TestExchangeOfASelfClient(t *testing.T) {
	var srv bigintest.Server
	hc := &http.Client{Transport: inMemory{&srv}}
	code := srv.GrantCode()
	g, err := bigin.Exchange(t.Context(), hc, accountsURL, clientKey, code, "", "")
	if err != nil {
		t.Fatal(err)
	}
	o := optionsFor(&srv)
	c := credentials
	c.RefreshToken = g.RefreshToken
	o.Credentials = func() (bigin.Credentials, error) { return c, nil }
	mustToken(t, bigin.NewTokenSource(o))

	var auth *bigin.AuthError
	_, err = bigin.Exchange(t.Context(), hc, accountsURL, clientKey, code, "", "")
	if !errors.Is(err, bigin.ErrRefused) || !errors.As(err, &auth) || !strings.Contains(auth.Hint, "code") {
		t.Errorf("the second time: %v", err)
	}
	if _, err = bigin.Exchange(t.Context(), hc, "http://accounts.zoho.com", clientKey, code, "", ""); !errors.Is(err, bigin.ErrInsecureURL) {
		t.Errorf("over http: %v", err)
	}
	if err := bigin.Revoke(t.Context(), hc, accountsURL, g.RefreshToken); err != nil {
		t.Error(err)
	}
	if err := bigin.Revoke(t.Context(), hc, accountsURL, g.RefreshToken); !errors.Is(err, bigin.ErrRefused) {
		t.Errorf("revoked twice: %v", err)
	}
	if _, err := bigin.NewTokenSource(o).Token(t.Context()); !errors.Is(err, bigin.ErrRefused) {
		t.Errorf("after revocation: %v", err)
	}
}

func TestGrantWithoutRefreshTokenIsExplained(t *testing.T) {
	hc := &http.Client{Transport: inMemory{always(200, `{"access_token":"a","api_domain":"https://www.zohoapis.com","expires_in":3600}`)}}
	_, err := bigin.Exchange(t.Context(), hc, accountsURL, clientKey, "code", "", "")
	var auth *bigin.AuthError
	if !errors.Is(err, bigin.ErrNoRefreshToken) || !errors.As(err, &auth) || auth.Hint == "" {
		t.Error(err)
	}
}

func TestAPIDomainOfTheDataCenter(t *testing.T) {
	hc := &http.Client{Transport: inMemory{always(200, `{"access_token":"a","refresh_token":"r"}`)}}
	g, err := bigin.Exchange(t.Context(), hc, "https://accounts.zoho.com.au/", clientKey, "code", "", "")
	if err != nil || g.Token.APIDomain != "https://www.zohoapis.com.au" {
		t.Errorf("%q, %v", g.Token.APIDomain, err)
	}
}

func TestTrustedAccountsURL(t *testing.T) {
	const us, local = "https://accounts.zoho.com", "http://127.0.0.1:8080"
	for _, c := range []struct{ raw, start, want string }{
		{"https://accounts.zoho.eu", us, "https://accounts.zoho.eu"},
		{"https://accounts.zoho.eu/", us, "https://accounts.zoho.eu"},
		{"https://accounts.zohocloud.ca", us, "https://accounts.zohocloud.ca"},
		{"", us, us},
		{us, us, us},
		{local, local, local},
		{"http://127.0.0.1:8081/", local, "http://127.0.0.1:8081"},
		{"https://accounts.zoho.eu", local, "https://accounts.zoho.eu"},
		{"https://accounts.zoho.eu.evil.example", us, ""},
		{"https://accounts.zoho.eu@evil.example", us, ""},
		{"https://evil.example/?https://accounts.zoho.eu", us, ""},
		{"https://accounts.zoho.eu:444", us, ""},
		{"http://accounts.zoho.eu", us, ""},
		{"http://127.0.0.1:8080", us, ""},
		{"http://localhost:8080", local, ""},
		{"https://evil.example", local, ""},
		{"://", local, ""},
		{"javascript:alert(1)", us, ""},
		{"https://bigin.example:444", "https://bigin.example", ""},
	} {
		got, err := bigin.TrustedAccountsURL(c.raw, c.start)
		if got != c.want || (err == nil) != (c.want != "") || err != nil && !errors.Is(err, bigin.ErrUnknownDataCenter) {
			t.Errorf("%q from %q: %q, %v", c.raw, c.start, got, err)
		}
	}
}
