package probe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// Everything that a hostile server says is personal or secret. None of it may
// be in a report.
var secrets = []string{
	"Lovelace", "ada@example.com", "2034020000000489033", "1000.deadbeef", "5551234567", "+43 660 1234567", "1815",
	bigintest.DefaultClientID, bigintest.DefaultClientSecret, bigintest.DefaultRefreshToken, "hunter2",
}

// hostile answers all with what it knows of people: where a name, a key, a
// code, a type, a number or a status text can be.
func hostile(t *testing.T, status int) http.Handler {
	personal := map[string]any{}
	for i, s := range secrets {
		personal[s] = s
		personal[fmt.Sprint("nested ", i)] = []any{map[string]any{s: s, "more": 5551234567}}
	}
	row := map[string]any{"id": "2034020000000489033", "Record_Image": "Lovelace", "Modified_Time": "1815-12-10T00:00:00+01:00",
		"deleted_time": "1815-12-10T00:00:00+01:00", "display_name": "Lovelace", "Full_Name": "Lovelace"}
	for k, v := range personal {
		row[k] = v
	}
	body, err := json.Marshal(map[string]any{
		"data": []any{row, row, row}, "code": "LOVELACE_ada@example.com", "message": "Lovelace hunter2", "details": personal, "status": "5551234567",
		"info": map[string]any{"more_records": true, "next_page_token": "1000.deadbeef", "Lovelace": "Lovelace", "count": 5551234567},
	})
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/oauth/") {
			fmt.Fprint(w, `{"access_token":"1000.deadbeef","api_domain":"http://127.0.0.1","expires_in":3600,"token_type":"Lovelace"}`)
			return
		}
		h := w.Header()
		for i, s := range secrets {
			h.Set(fmt.Sprint("X-Personal-", i), s)
		}
		for _, name := range append([]string{"X-Lovelace", "X-5551234567"}, knownHeaders...) {
			h.Set(name, "Lovelace ada@example.com 5551234567 1000.deadbeef")
		}
		switch len(r.URL.Path) % 3 { // of each some
		case 0:
			h.Set("Content-Type", "image/lovelace; name=ada@example.com")
			h.Set("Cache-Control", "max-age=5551234567, Lovelace, private=\"ada@example.com\"")
			h.Set("Retry-After", "5551234567")
		case 1:
			h.Set("Content-Type", "Lovelace")
			h.Set("ETag", `"ada@example.com"`)
		}
		h.Del("Content-Length")
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

func TestReportOfAHostileServer(t *testing.T) {
	for _, status := range []int{200, 206, 304, 400, 401, 403, 429, 500, 599} {
		r := run(t, hostile(t, status))
		text, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range append(secrets, "deadbeef", "ada", "127.0.0.1", "nested", "Personal") {
			if strings.Contains(strings.ToLower(string(text)), strings.ToLower(s)) {
				t.Errorf("HTTP %d: the report has %q in it:\n%s", status, s, text)
			}
		}
		if len(r.Calls) == 0 {
			t.Error("no calls")
		}
	}
}
