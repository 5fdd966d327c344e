package bigin

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
)

func TestParseError(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   Error
		is     error
	}{
		{403, `{"code":"NO_PERMISSION","details":{},"message":"Permission denied","status":"error"}`,
			Error{Status: 403, Code: NoPermission, Message: "Permission denied"}, NoPermission},
		{400, `{"code":"SOMETHING_NEW","message":null}`, Error{Status: 400, Code: "SOMETHING_NEW"}, Code("SOMETHING_NEW")},
		{500, ``, Error{Status: 500}, nil},
		{502, `<html>Bad gateway</html>`, Error{Status: 502}, nil},
		{400, `{"code":7}`, Error{Status: 400}, nil},
		{400, `[]`, Error{Status: 400}, nil},
		{400, `null`, Error{Status: 400}, nil},
		{400, `{"code":"NO_PERM`, Error{Status: 400}, nil},
		{429, `<html>slow down</html>`, Error{Status: 429, Code: TooManyRequests}, TooManyRequests},
		{429, ``, Error{Status: 429, Code: TooManyRequests}, TooManyRequests},
		{429, `{"code":"LIMIT_REACHED","message":"m"}`, Error{Status: 429, Code: "LIMIT_REACHED", Message: "m"}, TooManyRequests},
		{400, "{\"code\":\"A\\nB\",\"message\":\"x\\u001b[31m\\u0000\"}", Error{Status: 400, Code: `A\nB`, Message: `x\x1b[31m\x00`}, nil},
	} {
		got := parseError(c.status, []byte(c.body))
		if *got != c.want {
			t.Errorf("%d %s: %+v", c.status, c.body, *got)
		}
		if c.is != nil && !errors.Is(got, c.is) {
			t.Errorf("%d %s: %v is not %v", c.status, c.body, got, c.is)
		}
		if c.status != 429 && errors.Is(got, TooManyRequests) {
			t.Errorf("%d %s: %v is a limit", c.status, c.body, got)
		}
	}
	long := parseError(400, []byte(`{"code":"`+strings.Repeat("C", 999)+`","message":"`+strings.Repeat("é", 999)+`"}`))
	if len(long.Code) > 70 || len(long.Message) > 210 || !strings.HasSuffix(long.Message, "…") {
		t.Errorf("%+v", long)
	}
}

// Whatever comes: a short, printable line with the status in it.
func FuzzParseError(f *testing.F) {
	f.Add(403, []byte(`{"code":"NO_PERMISSION","details":{},"message":"Permission denied","status":"error"}`))
	f.Add(429, []byte(`<html>`))
	f.Add(500, []byte(``))
	f.Add(400, []byte("{\"code\":\"\\u001b[2J\",\"message\":\"\xff\xfe\\ud800\"}"))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		e := parseError(status, body)
		line := e.Error()
		if e.Status != status || !strings.Contains(line, strconv.Itoa(status)) || len(line) > 2000 {
			t.Errorf("%d %q: %q", status, body, line)
		}
		for _, r := range line {
			if !unicode.IsPrint(r) {
				t.Errorf("%d %q: %q is not printable", status, body, line)
			}
		}
		if (status == http.StatusTooManyRequests) && !errors.Is(e, TooManyRequests) {
			t.Errorf("%d %q: not a limit", status, body)
		}
		_ = e.Resolution()
	})
}

func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the time stands still
		date := func(d time.Duration) string { return time.Now().UTC().Add(d).Format(http.TimeFormat) }
		for v, want := range map[string]time.Duration{
			"": 0, "0": 0, "-5": 0, "soon": 0, "1.5": 0, " 3": 0,
			"1": time.Second, "120": 2 * time.Minute, "3600": time.Hour, "86400": maxRetryAfter,
			"31536000": maxRetryAfter, "9223372036854775807": maxRetryAfter, "9223372037": maxRetryAfter,
			"99999999999999999999": 0,
			date(time.Minute):      time.Minute, date(-time.Minute): 0, date(9999 * time.Hour): maxRetryAfter,
			"Fri, 31 Dec 9999 23:59:59 GMT": maxRetryAfter,
		} {
			if got := retryAfter(v); got != want {
				t.Errorf("%q: %v, want %v", v, got, want)
			}
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, v := range []string{"", "1", "-1", "9223372036854775807", "Wed, 21 Oct 2015 07:28:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		if d := retryAfter(v); d < 0 || d > maxRetryAfter {
			t.Errorf("%q: %v", v, d)
		}
	})
}
