package bigintest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"testing"
)

func TestFields(t *testing.T) {
	s, u, _ := stopped(t, Behaviour{})
	u += "/bigin/v2/settings/fields"
	s.get(t, u+"?module=Contacts").want(t, 401, "OAUTH_SCOPE_MISMATCH")
	s.Configure(func(b *Behaviour) { b.Scopes = []string{"zohobigin.settings.fields.read"} })
	s.get(t, u).want(t, 400, "REQUIRED_PARAM_MISSING")
	s.get(t, u+"?module=Deals").want(t, 400, "INVALID_MODULE")
	for module, name := range map[string]string{"Contacts": "First_Name", "Accounts": "Account_Name", "Products": "Product_Name"} {
		rows := s.get(t, u+"?module="+module).json(t)["fields"].([]any)
		first, last := rows[0].(map[string]any), rows[len(rows)-1].(map[string]any)
		if first["api_name"] != name || first["data_type"] != "text" || last["api_name"] != "id" {
			t.Errorf("%s: %v", module, rows)
		}
	}
	if s.Count(KindFields) != 6 || s.Calls() != 6 {
		t.Error(s.Count(KindFields), s.Calls())
	}
}

// Zoho's own clients send their forms in parts.
func TestMultipartForm(t *testing.T) {
	_, u, _ := stopped(t, Behaviour{})
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range map[string]string{
		"client_id": DefaultClientID, "client_secret": DefaultClientSecret, "refresh_token": DefaultRefreshToken, "grant_type": "refresh_token",
	} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, u+"/oauth/v2/token", &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	g := fetch(t, req)
	if token := g.str(t, "access_token"); token == "" || may(t, u, "Contacts", token) != 204 {
		t.Errorf("HTTP %d %s", g.StatusCode, g.body)
	}
}
