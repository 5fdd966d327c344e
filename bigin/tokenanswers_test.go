package bigin_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// tokenAnswer is the answer with a token; edits replace members or, empty, take
// them out.
func tokenAnswer(edits map[string]string) string {
	members := map[string]string{"access_token": `"1000.a"`, "api_domain": `"` + accountsURL + `"`, "expires_in": "3600"}
	for k, v := range edits {
		members[k] = v
	}
	var all []string
	for k, v := range members {
		if v != "" {
			all = append(all, fmt.Sprintf("%q:%s", k, v))
		}
	}
	return "{" + strings.Join(all, ",") + "}"
}

// A token whose life makes no sense is used all the same: one that is replaced
// before each call is soon the last of ten.
func TestLivesThatMakeNoSense(t *testing.T) {
	for _, life := range []string{"", "null", "0", "-5", "-9999999999", "1", "59", "86400000", "2147483647", `"-1"`} {
		synctest.Test(t, func(t *testing.T) {
			var n atomic.Int32
			s := bigin.NewTokenSource(optionsFor(counted(&n, always(200, tokenAnswer(map[string]string{"expires_in": life})))))
			for range 20 {
				if life := time.Until(mustToken(t, s).Expiry); life > time.Hour || life < 40*time.Second {
					t.Errorf("lives %v", life)
				}
				time.Sleep(time.Second)
			}
			if n.Load() != 1 {
				t.Errorf("%s: %d tokens", life, n.Load())
			}
		})
	}
}

// What could add a header to a request is no token.
func TestTokensWithOddCharacters(t *testing.T) {
	for _, token := range []string{`"1000.a\r\nX-Evil: 1"`, `"1000.a\n"`, `"a b"`, `"a\u0000"`, `"a\u007f"`, `"a\u0085"`, `"\u202ea"`, `" "`} {
		for _, member := range []string{"access_token", "refresh_token"} {
			h := always(200, tokenAnswer(map[string]string{member: token}))
			if _, err := bigin.NewTokenSource(optionsFor(h)).Token(t.Context()); !errors.Is(err, bigin.ErrProtocol) {
				t.Errorf("%s %s: %v", member, token, err)
			}
			if _, err := bigin.Exchange(t.Context(), &http.Client{Transport: inMemory{h}}, accountsURL, clientKey, "code", "", ""); err == nil {
				t.Errorf("%s %s: exchanged", member, token)
			}
		}
	}
}

func TestTokensGoWhereTheyAreTrusted(t *testing.T) {
	const zoho, own = "https://accounts.zoho.eu", "https://gateway.example"
	for _, c := range []struct {
		accounts, domain, named string
		want                    string
		err                     error
	}{
		{zoho, "https://www.zohoapis.eu", "", "https://www.zohoapis.eu", nil},
		{zoho, "https://www.zohoapis.eu/", "", "https://www.zohoapis.eu", nil},
		{zoho, "https://www.zohoapis.in", "", "https://www.zohoapis.in", nil},
		{zoho, "", "", "https://www.zohoapis.eu", nil},
		{zoho, "https://evil.example", "", "", bigin.ErrUnknownDataCenter},
		{zoho, "https://www.zohoapis.eu.evil.example", "", "", bigin.ErrUnknownDataCenter},
		{zoho, "https://www.zohoapis.eu:8443", "", "", bigin.ErrUnknownDataCenter},
		{zoho, "https://www.zohoapis.eu@evil.example", "", "", bigin.ErrUnknownDataCenter},
		{zoho, "http://www.zohoapis.eu", "", "", bigin.ErrInsecureURL},
		{zoho, "http://127.0.0.1:8080", "", "", bigin.ErrUnknownDataCenter},
		{zoho, "https://evil.example", own, own, nil},
		{zoho, "", own + "/", own, nil},
		{own, own, "", own, nil},
		{own, own + ":8443/bigin", "", own + ":8443/bigin", nil},
		{own, "https://www.zohoapis.com", "", "https://www.zohoapis.com", nil},
		{own, "https://other.example", "", "", bigin.ErrUnknownDataCenter},
		{own, "", "", "", bigin.ErrProtocol},
		{accountsURL, "http://127.0.0.1:80", "", "http://127.0.0.1:80", nil},
		{accountsURL, "http://localhost:80", "", "http://localhost:80", nil},
		{accountsURL, "https://evil.example", "", "", bigin.ErrUnknownDataCenter},
		{accountsURL, "", "", "", bigin.ErrProtocol},
		{accountsURL, "", "http://evil.example", "", bigin.ErrInsecureURL},
	} {
		var n atomic.Int32
		domain := ""
		if c.domain != "" {
			domain = fmt.Sprintf("%q", c.domain)
		}
		o := withFile(t, optionsFor(counted(&n, always(200, tokenAnswer(map[string]string{"api_domain": domain})))))
		o.Credentials = func() (bigin.Credentials, error) {
			k := credentials
			k.AccountsURL = c.accounts
			return k, nil
		}
		o.APIURL = c.named
		token, err := bigin.NewTokenSource(o).Token(t.Context())
		if token.APIDomain != c.want || !errors.Is(err, c.err) || err != nil && token.Access != "" {
			t.Errorf("%+v: %q, %v", c, token.APIDomain, err)
		}
		if err != nil {
			continue
		}
		again, err := bigin.NewTokenSource(o).Token(t.Context())
		if again.Access != token.Access || again.APIDomain != token.APIDomain || err != nil || n.Load() != 1 {
			t.Errorf("%+v: from the file %v, %v, %d tokens", c, again, err, n.Load())
		}
	}
}

// A file can't send a token elsewhere either.
func TestTokenFileThatNamesAnotherServer(t *testing.T) {
	var srv bigintest.Server
	o := withFile(t, optionsFor(&srv))
	o.APIURL = "https://gateway.example"
	mustToken(t, bigin.NewTokenSource(o)) // and writes it down
	o.APIURL = ""
	if token := mustToken(t, bigin.NewTokenSource(o)); token.APIDomain != accountsURL {
		t.Error(token.APIDomain)
	}
	wantCount(t, &srv, bigintest.KindToken, 2)
}

// A token endpoint that fails costs four requests at most, and a moment later
// it is not asked again.
func TestTokenEndpointsThatFail(t *testing.T) {
	var all sync.WaitGroup
	defer all.Wait()
	for name, answer := range map[string]func(net.Conn) bool{
		"500":                  send("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"),
		"503":                  send("HTTP/1.1 503 Oh\r\nRetry-After: 86400\r\nContent-Length: 4\r\n\r\nbusy"),
		"HTML":                 send(response(200, "<html>sign in</html>", "Content-Type: text/html\r\n")),
		"empty":                send(response(200, "", "")),
		"204":                  send("HTTP/1.1 204 No\r\n\r\n"),
		"JSON of another kind": send(response(200, `[1,2]`, "")),
		"cut JSON":             send(response(200, `{"access_token":"10`, "")),
		"JSON and more":        send(response(200, tokenAnswer(nil)+"x", "")),
		"redirect":             send("HTTP/1.1 302 Found\r\nLocation: /oauth/v2/token\r\nContent-Length: 0\r\n\r\n"),
		"endless": func(c net.Conn) bool {
			_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			for err == nil {
				_, err = fmt.Fprintf(c, "1000\r\n%s\r\n", strings.Repeat(" ", 0x1000))
			}
			return false
		},
		"gzip bomb":        send(response(200, string(gzipped(make([]byte, 10<<20))), "Content-Encoding: gzip\r\n")),
		"closed":           send(""),
		"closed in a body": send(response(200, tokenAnswer(nil), "")[:100]),
		"not HTTP":         send("SSH-2.0\r\n"),
	} {
		s := serveRaw(t, func(conn net.Conn, _ int) bool { return answer(conn) })
		k := credentials
		k.AccountsURL = s.url
		client := bigin.New(bigin.Options{Tokens: bigin.NewTokenSource(bigin.TokenOptions{
			Credentials: func() (bigin.Credentials, error) { return k, nil },
		})})
		t.Cleanup(client.Close)
		all.Go(func() {
			var auth *bigin.AuthError
			_, err := client.Photo(t.Context(), bigin.Contacts, 7)
			if !errors.As(err, &auth) || errors.Is(err, io.EOF) || errors.Is(err, bigin.ErrRefused) {
				t.Errorf("%s: %v", name, err)
			}
			first := s.calls.Load()
			if first > 4 {
				t.Errorf("%s: %d requests", name, first)
			}
			if _, err := client.Records(t.Context(), bigin.Contacts, ""); !errors.As(err, &auth) {
				t.Errorf("%s: %v", name, err)
			}
			if n := s.calls.Load() - first; n > 0 {
				t.Errorf("%s: then %d requests", name, n)
			}
		})
	}
}

func send(text string) func(net.Conn) bool {
	return func(c net.Conn) bool { _, _ = io.WriteString(c, text); return false }
}
