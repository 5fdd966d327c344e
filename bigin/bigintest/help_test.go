package bigintest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// got is an answer that was read whole.
type got struct {
	*http.Response
	body []byte
	err  error // of reading the body
}

// json is the body as an object.
func (g got) json(t *testing.T) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal(g.body, &o); err != nil {
		t.Fatalf("HTTP %d, body %q: %v", g.StatusCode, g.body, err)
	}
	return o
}

// want fails the test unless the answer is an error with this status and code.
func (g got) want(t *testing.T, status int, code string) {
	t.Helper()
	if g.StatusCode != status || g.json(t)["code"] != code {
		t.Errorf("got HTTP %d %s, want %d %s", g.StatusCode, g.body, status, code)
	}
}

// on puts the server on a port of its own.
func on(t *testing.T, s *Server) string {
	t.Helper()
	ts := httptest.NewServer(s)
	t.Cleanup(func() { s.ClearFaults(); ts.CloseClientConnections(); ts.Close() })
	return ts.URL
}

func fetch(t *testing.T, req *http.Request) got {
	t.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return got{resp, body, err}
}

// get makes an API call with a live token.
func (s *Server) get(t *testing.T, address string) got {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Zoho-oauthtoken "+s.IssueToken())
	return fetch(t, req)
}

// post sends a form.
func post(t *testing.T, address string, kv ...string) got {
	t.Helper()
	v := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		v.Set(kv[i], kv[i+1])
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(v.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return fetch(t, req)
}
