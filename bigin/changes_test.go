package bigin_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// asked keeps the last request that went over the wire.
func asked(last **http.Request, then http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		*last = req
		return then.RoundTrip(req)
	})
}

// A page says as of when it is right, by both clocks.
func TestPageTimes(t *testing.T) {
	body := `{"data":[{"id":"7","Modified_Time":"2026-10-09T22:12:58+03:00"}],"info":{"more_records":false}}`
	for date, want := range map[string]time.Time{
		"":                              {},
		"yesterday":                     {},
		"Fri, 09 Oct 2026 19:13:00 GMT": time.Date(2026, 10, 9, 19, 13, 0, 0, time.UTC),
	} {
		for status, body := range map[int]string{200: body, 204: ""} {
			c := clientOver(t, play(reply(status, int64(len(body)), strings.NewReader(body), "Date", date)), bigin.Options{})
			before := time.Now()
			p, err := c.Records(t.Context(), bigin.Contacts, "")
			if err != nil || !p.Date.Equal(want) || p.AsOf.Before(before) || p.AsOf.After(time.Now()) {
				t.Errorf("%q, %d: %+v, %v", date, status, p, err)
			}
		}
	}
}

// The time of a page is that of the try that brought it.
func TestPageTimeAfterRetry(t *testing.T) {
	failed := make(chan time.Time, 1)
	c := clientOver(t, play(
		func(req *http.Request) (*http.Response, error) {
			failed <- time.Now()
			return refuse(500, "INTERNAL_ERROR")(req)
		},
		ok([]byte(`{"data":[{"id":"7"}],"info":{"more_records":false}}`)),
	), bigin.Options{})
	p, err := c.Records(t.Context(), bigin.Contacts, "")
	if first := <-failed; err != nil || !p.AsOf.After(first) {
		t.Errorf("%v, %v: not after %v", p.AsOf, err, first)
	}
}

func TestChanges(t *testing.T) {
	var last *http.Request
	body := `{"data":[
		{"id":"5","Full_Name":"E","Modified_Time":"2026-10-09T22:12:58+03:00"},
		{"id":"9","Full_Name":"I","Modified_Time":"2026-10-09T19:12:58Z"},
		{"id":"2","Full_Name":"B","Modified_Time":"2026-10-09T20:12:57+01:00"}],
		"info":{"more_records":true,"next_page_token":"next"}}`
	c := clientOver(t, asked(&last, play(ok([]byte(body)))), bigin.Options{})
	p, err := c.Changes(t.Context(), bigin.Contacts, "token")
	if err != nil || len(p.Records) != 3 || p.Records[2].Name != "B" || p.Next != "next" {
		t.Fatalf("%+v, %v", p, err)
	}
	q := last.URL.Query()
	if last.URL.Path != "/bigin/v2/Contacts" || q.Get("sort_by") != "Modified_Time" || q.Get("sort_order") != "desc" ||
		q.Get("page_token") != "token" || q.Get("per_page") != "200" || !strings.Contains(q.Get("fields"), "Modified_Time") {
		t.Error(last.URL)
	}
	if s := c.Stats(); s.ChangesCalls != 1 || s.ListCalls != 0 {
		t.Errorf("%+v", s)
	}
}

// A page whose order is not the one asked for is refused whole: nothing of it
// is right.
func TestPageOutOfOrder(t *testing.T) {
	records := func(c *bigin.Client) (bigin.Page, error) { return c.Records(t.Context(), bigin.Contacts, "") }
	fromEnd := func(c *bigin.Client) (bigin.Page, error) { return c.RecordsFromEnd(t.Context(), bigin.Contacts, "") }
	changes := func(c *bigin.Client) (bigin.Page, error) { return c.Changes(t.Context(), bigin.Contacts, "") }
	row := func(id, second string) string {
		return `{"id":"` + id + `","Modified_Time":"2026-10-09T19:12:` + second + `Z"}`
	}
	for name, c := range map[string]struct {
		call func(*bigin.Client) (bigin.Page, error)
		rows []string
	}{
		"descending for ascending": {records, []string{row("9", "00"), row("8", "00")}},
		"the last one":             {records, []string{row("7", "00"), row("8", "00"), row("2", "00")}},
		"the same twice":           {records, []string{row("7", "00"), row("7", "00")}},
		"ascending for descending": {fromEnd, []string{row("8", "00"), row("9", "00")}},
		"the same twice from end":  {fromEnd, []string{row("8", "00"), row("8", "00")}},
		"oldest first":             {changes, []string{row("8", "01"), row("7", "02")}},
		"no time":                  {changes, []string{row("8", "01"), `{"id":"7","Modified_Time":null}`}},
		"no time at first":         {changes, []string{`{"id":"7","Modified_Time":null}`, row("8", "01")}},
	} {
		w := play(ok([]byte(`{"data":[` + strings.Join(c.rows, ",") + `],"info":{"more_records":true,"next_page_token":"x"}}`)))
		p, err := c.call(clientOver(t, w, bigin.Options{}))
		if !errors.Is(err, bigin.ErrProtocol) || p.Records != nil || p.Next != "" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
		w.wantCalls(t, 1)
	}
}
