package bigintest

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
)

var fakePNG = append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("pixels"), 5000)...)

func TestPhoto(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		var s Server
		s.Behaviour.Chunked = chunked
		with := s.Add("Contacts", Record{First: "Ada", Last: "Lovelace", Photo: fakePNG})
		without := s.Add("Contacts", Record{Last: "Nobody"})
		u := on(t, &s)

		g := s.get(t, fmt.Sprintf("%s/bigin/v2/Contacts/%d/photo", u, with))
		if g.StatusCode != http.StatusOK || g.err != nil || !bytes.Equal(g.body, fakePNG) {
			t.Errorf("HTTP %d, %d bytes, %v", g.StatusCode, len(g.body), g.err)
		}
		if g.Header.Get("Content-Type") != "image/png" || g.Header.Get("Content-Disposition") == "" || g.Header.Get("ETag") != "" {
			t.Error(g.Header)
		}
		if want := int64(len(fakePNG)); !chunked && g.ContentLength != want || chunked && g.ContentLength != -1 {
			t.Errorf("chunked %t: Content-Length %d", chunked, g.ContentLength)
		}
		if g := s.get(t, fmt.Sprintf("%s/bigin/v2/Contacts/%d/photo", u, without)); g.StatusCode != http.StatusNoContent || len(g.body) > 0 {
			t.Errorf("no photo: HTTP %d %q", g.StatusCode, g.body)
		}
		if s.Calls() != 2 || s.Count(KindPhoto) != 2 || s.MaxInFlight() != 1 {
			t.Error(s.Calls(), s.Count(KindPhoto), s.MaxInFlight())
		}
		if q := s.Requests()[0]; !q.Done || q.Status != 200 || q.ID != with || q.Module != "Contacts" {
			t.Errorf("%+v", q)
		}
	}
}

// net/http counts a short body itself unless it is kept from doing so.
func TestSmallPhotoChunked(t *testing.T) {
	s, u := photoOf(t, Behaviour{Chunked: true})
	s.SetPhoto("Contacts", firstID, fakePNG[:100])
	if g := s.get(t, u); g.ContentLength != -1 || !bytes.Equal(g.body, fakePNG[:100]) {
		t.Errorf("Content-Length %d, %d bytes", g.ContentLength, len(g.body))
	}
}

func TestErrors(t *testing.T) {
	var s Server
	s.Behaviour.Scopes = []string{"ZohoBigin.modules.contacts.READ", "ZohoBigin.modules.accounts.all"}
	id := s.Add("Contacts", Record{Last: "A", Photo: fakePNG})
	u := on(t, &s)
	for _, c := range []struct {
		path   string
		status int
		code   string
		part   string // of the message
	}{
		{"Leads/1/photo", 400, "INVALID_MODULE", "seems to be invalid"},
		{"contacts/1/photo", 400, "INVALID_MODULE", "seems to be invalid"},
		{"Documents/1/photo", 400, "INVALID_MODULE", "not supported"},
		{"Projects?fields=id", 400, "INVALID_MODULE", "not supported"},
		{"Contacts/1/foto", 404, "INVALID_URL_PATTERN", "check if the URL"},
		{"Contacts/x/photo", 404, "INVALID_URL_PATTERN", "check if the URL"},
		{"", 404, "INVALID_URL_PATTERN", "check if the URL"},
		{"Products/1/photo", 401, "OAUTH_SCOPE_MISMATCH", "Unauthorized"},
		{"Contacts/1/photo", 400, "INVALID_DATA", "id given"},
		{"Contacts/99999999999999999999999/photo", 400, "INVALID_DATA", "id given"},
		{"Contacts", 400, "REQUIRED_PARAM_MISSING", "missing"},
	} {
		g := s.get(t, u+"/bigin/v2/"+c.path)
		g.want(t, c.status, c.code)
		if o := g.json(t); !bytes.Contains(g.body, []byte(c.part)) || o["status"] != "error" || o["details"] == nil {
			t.Errorf("%s: %s", c.path, g.body)
		}
	}
	if g := s.get(t, u+"/bigin/v2/Accounts?fields=id"); g.StatusCode != http.StatusNoContent {
		t.Errorf("empty list: HTTP %d", g.StatusCode)
	}

	photo := fmt.Sprintf("%s/bigin/v2/Contacts/%d/photo", u, id)
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, photo, nil)
	req.Header.Set("Authorization", "Zoho-oauthtoken "+s.IssueToken())
	fetch(t, req).want(t, 400, "INVALID_REQUEST_METHOD")
	for _, header := range []string{"", "Bearer " + s.IssueToken(), s.IssueToken(), "Zoho-oauthtoken x"} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, photo, nil)
		req.Header.Set("Authorization", header)
		fetch(t, req).want(t, 401, "INVALID_TOKEN")
	}
	req.Method, req.Body = "GET", nil
	s.RevokeTokens()
	fetch(t, req).want(t, 401, "INVALID_TOKEN")
}

func TestMissing(t *testing.T) {
	var s Server
	u := on(t, &s)
	if g := s.get(t, u+"/bigin/v2/Contacts/7"); g.StatusCode != http.StatusNoContent {
		t.Errorf("record: HTTP %d", g.StatusCode)
	}
	s.Configure(func(b *Behaviour) { b.MissingPhoto204, b.MissingRecord400 = true, true })
	s.get(t, u+"/bigin/v2/Contacts/7").want(t, 400, "INVALID_DATA")
	if g := s.get(t, u+"/bigin/v2/Contacts/7/photo"); g.StatusCode != http.StatusNoContent {
		t.Errorf("photo: HTTP %d", g.StatusCode)
	}
}

func TestUpload(t *testing.T) {
	for _, keep := range []bool{false, true} {
		var s Server
		s.Behaviour.UploadKeepsImage, s.Behaviour.UploadKeepsModifiedTime = keep, keep
		id := s.Add("Products", Record{Last: "Lamp", Photo: fakePNG, Modified: s.clock().AddDate(-1, 0, 0)})
		u := on(t, &s)
		look := func() map[string]any {
			g := s.get(t, fmt.Sprintf("%s/bigin/v2/Products/%d?fields=Record_Image,Modified_Time,Product_Name,Nothing", u, id))
			return g.json(t)["data"].([]any)[0].(map[string]any)
		}
		old := look()
		if len(old) != 4 || old["Product_Name"] != "Lamp" || old["id"] != fmt.Sprint(id) {
			t.Fatal(old)
		}
		s.SetPhoto("Products", id, fakePNG[:100])
		now := look()
		if (old["Record_Image"] == now["Record_Image"]) != keep || (old["Modified_Time"] == now["Modified_Time"]) != keep {
			t.Errorf("keep %t: %v then %v", keep, old, now)
		}
		s.SetPhoto("Products", id, nil)
		if now := look(); now["Record_Image"] != nil || s.Photo("Products", id) != nil {
			t.Error(now)
		}
		s.Delete("Products", id)
		if g := s.get(t, fmt.Sprintf("%s/bigin/v2/Products/%d", u, id)); g.StatusCode != http.StatusNoContent {
			t.Errorf("deleted: HTTP %d", g.StatusCode)
		}
	}
}
