package bigintest

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// stopped is a server whose clock stands still until moved.
func stopped(t *testing.T, b Behaviour) (s *Server, u string, move func(time.Duration)) {
	t.Helper()
	now := time.Now()
	s = &Server{Behaviour: b}
	s.now = func() time.Time { return now }
	return s, on(t, s), func(d time.Duration) {
		s.mu.Lock()
		defer s.mu.Unlock()
		now = now.Add(d)
	}
}

// grantForm asks for tokens; more overrides and adds.
func grantForm(t *testing.T, u, grantType string, more ...string) got {
	t.Helper()
	return post(t, u+"/oauth/v2/token", append([]string{
		"grant_type", grantType, "client_id", DefaultClientID, "client_secret", DefaultClientSecret,
		"refresh_token", DefaultRefreshToken}, more...)...)
}

func (g got) str(t *testing.T, key string) string {
	t.Helper()
	v, _ := g.json(t)[key].(string)
	return v
}

// may asks for a list of the module with the token and returns the status.
func may(t *testing.T, u, module, token string) int {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, u+"/bigin/v2/"+module+"?fields=id", nil)
	req.Header.Set("Authorization", "Zoho-oauthtoken "+token)
	return fetch(t, req).StatusCode
}

func TestRefresh(t *testing.T) {
	s, u, move := stopped(t, Behaviour{})
	g := grantForm(t, u, "refresh_token")
	o := g.json(t)
	if g.StatusCode != http.StatusOK || o["api_domain"] != u || o["token_type"] != "Bearer" || o["expires_in"] != 3600.0 || o["refresh_token"] != nil {
		t.Error(o)
	}
	token := g.str(t, "access_token")
	if got := may(t, u, "Contacts", token); got != 204 {
		t.Error("HTTP", got)
	}
	move(time.Hour)
	if got := may(t, u, "Contacts", token); got != 401 {
		t.Error("expired: HTTP", got)
	}
	for want, more := range map[string][]string{
		"invalid_code":          {"refresh_token", "1000.x.y"},
		"invalid_client":        {"client_id", "1000.X"},
		"invalid_client_secret": {"client_secret", ""},
	} {
		if g := grantForm(t, u, "refresh_token", more...); g.StatusCode != http.StatusOK || g.str(t, "error") != want {
			t.Errorf("want %s: HTTP %d %s", want, g.StatusCode, g.body)
		}
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, u+"/oauth/v2/token", strings.NewReader("grant_type=refresh_token&refresh_token="+DefaultRefreshToken))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(DefaultClientID, DefaultClientSecret)
	if g := fetch(t, req); g.str(t, "error") != "invalid_client" {
		t.Errorf("Basic: %s", g.body)
	}
	s.RefuseGrant(true)
	if g := grantForm(t, u, "refresh_token"); g.StatusCode != http.StatusOK || g.str(t, "error") != "invalid_code" {
		t.Errorf("refused: %s", g.body)
	}
	s.RefuseGrant(false)
	if grantForm(t, u, "refresh_token").str(t, "access_token") == "" || s.Calls() != 2 || s.Count(KindToken) != 7 {
		t.Error(s.Calls(), s.Count(KindToken))
	}
}

func TestGrantLimit(t *testing.T) {
	s, u, move := stopped(t, Behaviour{TokenLife: 24 * time.Hour})
	var tokens []string
	refresh := func() got {
		g := grantForm(t, u, "refresh_token")
		if token := g.str(t, "access_token"); token != "" {
			tokens = append(tokens, token)
		}
		return g
	}
	for range 10 {
		refresh()
		move(time.Minute - time.Second)
	}
	if g := refresh(); g.StatusCode != http.StatusBadRequest || g.str(t, "error") != "Access Denied" || g.str(t, "status") != "failure" {
		t.Errorf("HTTP %d %s", g.StatusCode, g.body)
	}
	s.Configure(func(b *Behaviour) { b.GrantsDenied200 = true })
	if g := refresh(); g.StatusCode != http.StatusOK || g.str(t, "error") != "Access Denied" {
		t.Errorf("HTTP %d %s", g.StatusCode, g.body)
	}
	move(grantPenalty)
	for range 5 {
		refresh()
	}
	if len(tokens) != 15 || may(t, u, "Contacts", tokens[0]) != 204 {
		t.Error(len(tokens), "tokens; the first should be alive")
	}
	refresh()
	if may(t, u, "Contacts", tokens[0]) != 401 || may(t, u, "Contacts", tokens[1]) != 204 {
		t.Error("the 16th must end the oldest, and no other")
	}
	s.Configure(func(b *Behaviour) { b.NoGrantLimit = true })
	for range 20 {
		refresh()
	}
	if len(tokens) != 36 || may(t, u, "Contacts", tokens[1]) != 204 {
		t.Error("NoGrantLimit:", len(tokens))
	}
}

func TestSelfClient(t *testing.T) {
	s, u, move := stopped(t, Behaviour{Scopes: []string{"ZohoBigin.modules.ALL"}})
	code := s.GrantCode()
	g := grantForm(t, u, "authorization_code", "code", code)
	refresh := g.str(t, "refresh_token")
	if refresh == "" || may(t, u, "Products", g.str(t, "access_token")) != 204 {
		t.Fatalf("%s", g.body)
	}
	if g := grantForm(t, u, "authorization_code", "code", code); g.str(t, "error") != "invalid_code" {
		t.Errorf("a second time: %s", g.body)
	}
	late := s.GrantCode()
	move(10 * time.Minute)
	if g := grantForm(t, u, "authorization_code", "code", late); g.str(t, "error") != "invalid_code" {
		t.Errorf("too late: %s", g.body)
	}
	token := grantForm(t, u, "refresh_token", "refresh_token", refresh).str(t, "access_token")
	if g := post(t, u+"/oauth/v2/token/revoke?token="+refresh); g.str(t, "status") != "success" {
		t.Errorf("%s", g.body)
	}
	if g := grantForm(t, u, "refresh_token", "refresh_token", refresh); g.str(t, "error") != "invalid_code" || may(t, u, "Contacts", token) != 401 {
		t.Errorf("revoked: %s", g.body)
	}
	if g := post(t, u+"/oauth/v2/token/revoke?token="+refresh); g.StatusCode != http.StatusBadRequest {
		t.Errorf("again: HTTP %d", g.StatusCode)
	}
	if s.Count(KindGrant) != 3 || s.Count(KindRevoke) != 2 {
		t.Error(s.Count(KindGrant), s.Count(KindRevoke))
	}
}

// click fills in the form of a page and presses a button.
func click(t *testing.T, u string, page got, button string) got {
	t.Helper()
	action := regexp.MustCompile(`action="([^"]+)"`).FindSubmatch(page.body)
	if page.StatusCode != http.StatusOK || action == nil {
		t.Fatalf("HTTP %d %s", page.StatusCode, page.body)
	}
	kv := []string{"answer", button}
	for _, m := range regexp.MustCompile(`type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(string(page.body), -1) {
		kv = append(kv, m[1], strings.ReplaceAll(m[2], "&#43;", "+"))
	}
	return post(t, u+string(action[1]), kv...)
}

func TestConsent(t *testing.T) {
	s, u, _ := stopped(t, Behaviour{Location: "eu", AccountsServer: "https://accounts.zoho.eu"})
	sum := sha256.Sum256([]byte("verifier-of-forty-three-characters-and-more"))
	v := url.Values{
		"response_type": {"code"}, "client_id": {DefaultClientID}, "redirect_uri": {"http://127.0.0.1:1/cb"}, "state": {"s t+"},
		"scope": {"ZohoBigin.modules.contacts.READ,ZohoBigin.modules.products.READ"}, "access_type": {"offline"}, "prompt": {"consent"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	back := func(button string) url.Values {
		g := click(t, u, s.get(t, u+"/oauth/v2/auth?"+v.Encode()), button)
		to, err := url.Parse(g.Header.Get("Location"))
		if g.StatusCode != http.StatusFound || err != nil || to.Host != "127.0.0.1:1" || to.Path != "/cb" || to.Query().Get("state") != "s t+" {
			t.Fatalf("HTTP %d to %v", g.StatusCode, to)
		}
		return to.Query()
	}
	if q := back("reject"); q.Get("error") != "access_denied" || q.Has("code") {
		t.Error(q)
	}
	q := back("accept")
	if q.Get("location") != "eu" || q.Get("accounts-server") != "https://accounts.zoho.eu" {
		t.Error(q)
	}
	exchange := func(code, verifier, redirect string) got {
		return grantForm(t, u, "authorization_code", "code", code, "code_verifier", verifier, "redirect_uri", redirect)
	}
	const verifier, redirect = "verifier-of-forty-three-characters-and-more", "http://127.0.0.1:1/cb"
	g := exchange(q.Get("code"), verifier, redirect)
	token := g.str(t, "access_token")
	if g.str(t, "refresh_token") == "" || may(t, u, "Contacts", token) != 204 || may(t, u, "Accounts", token) != 401 {
		t.Errorf("%s", g.body)
	}
	if g := exchange(back("accept").Get("code"), "another", redirect); g.str(t, "error") != "invalid_code" {
		t.Errorf("wrong verifier: %s", g.body)
	}
	if g := exchange(back("accept").Get("code"), "", redirect); g.str(t, "error") != "invalid_code" {
		t.Errorf("no verifier: %s", g.body)
	}
	if g := exchange(back("accept").Get("code"), verifier, redirect+"2"); g.str(t, "error") != "invalid_redirect_uri" {
		t.Errorf("wrong redirect: %s", g.body)
	}
	v.Del("prompt")
	if g := exchange(back("accept").Get("code"), verifier, redirect); g.str(t, "refresh_token") != "" || g.str(t, "access_token") == "" {
		t.Errorf("without prompt=consent: %s", g.body)
	}
	for key, bad := range map[string]string{"client_id": "1000.X", "scope": "ZohoBigin.modules.contacts.READ ZohoBigin.org.READ", "redirect_uri": "javascript:1", "response_type": "token"} {
		good := v.Get(key)
		v.Set(key, bad)
		if g := s.get(t, u+"/oauth/v2/auth?"+v.Encode()); g.StatusCode != http.StatusBadRequest || !strings.Contains(string(g.body), "<h1>Invalid") {
			t.Errorf("%s: HTTP %d", key, g.StatusCode)
		}
		v.Set(key, good)
	}
}

func TestRefreshTokenLimit(t *testing.T) {
	s, u, move := stopped(t, Behaviour{})
	var refresh []string
	for range 21 {
		refresh = append(refresh, grantForm(t, u, "authorization_code", "code", s.GrantCode()).str(t, "refresh_token"))
		move(time.Second)
	}
	for i, want := range []string{"invalid_code", "", ""} {
		if g := grantForm(t, u, "refresh_token", "refresh_token", refresh[i]); g.str(t, "error") != want {
			t.Errorf("refresh token %d of 21: %s", i, g.body)
		}
	}
}
