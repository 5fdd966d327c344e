package bigin_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// secrets are all over the values below; none may come out anywhere.
var secrets = []string{"cl1ent-id", "cl1ent-s3cret", "r3fresh-t0ken", "4ccess-t0ken", "gr4nt-c0de", "v3rifier", "d3vice-c0de"}

var secretCredentials = bigin.Credentials{ClientID: secrets[0], ClientSecret: secrets[1], RefreshToken: secrets[2], AccountsURL: accountsURL}

// wantNone fails if any secret is in the text, plain or escaped.
func wantNone(t *testing.T, where, text string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(text, s) || strings.Contains(text, fmt.Sprintf("%x", s)) || strings.Contains(text, fmt.Sprintf("%X", s)) ||
			strings.Contains(text, strings.Trim(fmt.Sprint([]byte(s)), "[]")) {
			t.Errorf("%s shows %s: %s", where, s, text)
		}
	}
}

func TestNothingPrintsSecrets(t *testing.T) {
	key := bigin.ClientKey{ID: secrets[0], Secret: secrets[1]}
	token := bigin.Token{Access: secrets[3], APIDomain: "https://www.zohoapis.eu", Expiry: time.Now()}
	grant := bigin.Grant{RefreshToken: secrets[2], Token: token}
	o := optionsFor(always(200, `{"access_token":"4ccess-t0ken","api_domain":"https://www.zohoapis.eu","expires_in":3600}`))
	o.Credentials = func() (bigin.Credentials, error) { return secretCredentials, nil }
	source := bigin.NewTokenSource(o)
	mustToken(t, source)
	device, err := bigin.StartDevice(t.Context(), &http.Client{Transport: inMemory{always(200,
		`{"user_code":"ABC","device_code":"d3vice-c0de","verification_url":"https://x.example"}`)}}, accountsURL, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{
		secretCredentials, &secretCredentials, key, &key, token, &token, grant, &grant, source, device, source.State(),
		&bigin.Transport{Tokens: source}, bigin.TokenOptions{}, []any{token}, map[string]any{"x": grant},
		struct{ C bigin.Credentials }{secretCredentials}, struct{ S *bigin.TokenSource }{source}, struct{ s *bigin.TokenSource }{source}, struct{ d *bigin.DeviceCode }{device}, &struct{ s *bigin.TokenSource }{source},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
			wantNone(t, fmt.Sprintf("%T with %s", v, verb), fmt.Sprintf(verb, v))
		}
		if s, ok := v.(fmt.Stringer); ok {
			wantNone(t, "String", s.String())
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		b, _ := json.Marshal(v)
		x, _ := xml.Marshal(v)
		wantNone(t, fmt.Sprintf("%T in a log or an encoder", v), log.String()+string(b)+string(x))
	}
	if s := fmt.Sprint(secretCredentials, token); !strings.Contains(s, "127.0.0.1:9") || !strings.Contains(s, "www.zohoapis.eu") {
		t.Errorf("nothing is left to tell them apart: %s", s)
	}
}

// wantErrorWithoutSecrets looks at an error and all that it wraps.
func wantErrorWithoutSecrets(t *testing.T, where string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	wantNone(t, where, fmt.Sprintf("%v %+v %q", err, err, err))
	var auth *bigin.AuthError
	if errors.As(err, &auth) {
		wantNone(t, where, fmt.Sprintf("%#v %s %s %s %v", auth, auth.Op, auth.Code, auth.Hint, auth.Err))
		b, _ := json.Marshal(auth)
		wantNone(t, where, string(b))
	}
}

// authCalls makes every call to the accounts server that there is.
func authCalls(t *testing.T, accounts string, hc *http.Client, log *slog.Logger) map[string]error {
	ctx := t.Context()
	key := bigin.ClientKey{ID: secrets[0], Secret: secrets[1]}
	c := secretCredentials
	c.AccountsURL = accounts
	errs := map[string]error{}
	_, errs["refresh"] = bigin.NewTokenSource(bigin.TokenOptions{
		Credentials: func() (bigin.Credentials, error) { return c, nil }, HTTP: hc, Log: log,
	}).Token(ctx)
	_, errs["exchange"] = bigin.Exchange(ctx, hc, accounts, key, secrets[4], "http://127.0.0.1/", secrets[5])
	_, errs["device code"] = bigin.StartDevice(ctx, hc, accounts, key, nil)
	errs["revoke"] = bigin.Revoke(ctx, hc, accounts, secrets[2])
	return errs
}

// echoes are servers that repeat what they are sent, in every place they can.
var echoes = map[string]func(sent string) (status int, body string){
	"HTML":      func(s string) (int, string) { return 200, "<html>" + s },
	"HTML, 500": func(s string) (int, string) { return 500, "<html>" + s },
	"HTML, 403": func(s string) (int, string) { return 403, s },
	"bare":      func(s string) (int, string) { return 200, `"` + s },
	"description": func(s string) (int, string) {
		return 400, `{"error":"invalid_code","error_description":"` + s + `","error_uri":"` + s + `"}`
	},
	"throttled":  func(s string) (int, string) { return 400, `{"error":"Access Denied","error_description":"` + s + `"}` },
	"code":       func(s string) (int, string) { return 200, `{"error":"` + s + `"}` },
	"code, 429":  func(s string) (int, string) { return 429, `{"error":"` + s + `"}` },
	"expires_in": func(s string) (int, string) { return 200, `{"access_token":"4ccess-t0ken","expires_in":"` + s + `"}` },
	"api_domain": func(s string) (int, string) {
		return 200, `{"access_token":"4ccess-t0ken","api_domain":"http://x.example/?` + s + `"}`
	},
	"api_domain, %": func(s string) (int, string) { return 200, `{"access_token":"4ccess-t0ken","api_domain":"%` + s + `"}` },
	"verification": func(s string) (int, string) {
		return 200, `{"user_code":"A","device_code":"d3vice-c0de","verification_url":"http://x.example/` + s + `"}`
	},
	"no refresh":     func(s string) (int, string) { return 200, `{"access_token":"4ccess-t0ken","x":"` + s + `"}` },
	"wrong type":     func(s string) (int, string) { return 200, `{"access_token":["` + s + `"]}` },
	"error is a map": func(s string) (int, string) { return 400, `{"error":{"` + s + `":1}}` },
}

func TestErrorsHoldNoSecrets(t *testing.T) {
	for name, answer := range echoes {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			hc := &http.Client{Transport: inMemory{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm()
				sent, _ := url.QueryUnescape(r.Form.Encode())
				status, body := answer(sent)
				w.Header().Set("Location", "http://x.example/?"+sent)
				always(status, body).ServeHTTP(w, r)
			})}}
			for op, err := range authCalls(t, accountsURL, hc, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))) {
				wantErrorWithoutSecrets(t, name+": "+op, err)
			}
			wantNone(t, "log of "+name, log.String())
		})
	}
	for _, u := range []string{"http://x.example/" + secrets[1], "%" + secrets[1], "https://x.example:" + secrets[1]} {
		for op, err := range authCalls(t, u, nil, nil) {
			if err == nil {
				t.Errorf("%s: no error", op)
			}
			wantErrorWithoutSecrets(t, "accounts URL: "+op, err)
		}
	}
}

// A server that does not speak HTTP, but sends back what it was sent: the
// texts of net/http quote it.
func TestErrorsHoldNoSecretsOfABrokenServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				r, err := http.ReadRequest(bufio.NewReader(c))
				if err != nil {
					return
				}
				_ = r.ParseForm()
				_, _ = io.WriteString(c, r.Form.Encode()+"\r\n\r\n")
			}()
		}
	}()
	hc := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for op, err := range authCalls(t, "http://"+l.Addr().String(), hc, nil) {
		if err == nil {
			t.Errorf("%s: no error", op)
		}
		wantErrorWithoutSecrets(t, "broken: "+op, err)
	}
}
