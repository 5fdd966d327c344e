package bigin_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

func TestDeleted(t *testing.T) {
	var last *http.Request
	body := `{"data":[
		{"deleted_by":{"name":"A","id":"1"},"id":"5","display_name":"E","type":"recycle","deleted_time":"2026-10-09T22:12:58+03:00"},
		{"deleted_by":null,"id":"9","display_name":null,"type":"permanent","deleted_time":"2026-10-10T00:00:00Z"},
		{"id":"2","deleted_time":null}],
		"info":{"per_page":200,"count":3,"page":3,"more_records":true}}`
	date := time.Date(2026, 10, 11, 12, 13, 14, 0, time.UTC)
	c := clientOver(t, asked(&last, play(reply(200, int64(len(body)), strings.NewReader(body), "Date", date.Format(http.TimeFormat)))), bigin.Options{})
	d, err := c.Deleted(t.Context(), bigin.Products, 3, date.In(time.FixedZone("", 5400)))
	if err != nil || len(d.Rows) != 3 || !d.More || !d.Date.Equal(date) {
		t.Fatalf("%+v, %v", d, err)
	}
	if r := d.Rows[0]; r.ID != 5 || !r.Time.Equal(time.Date(2026, 10, 9, 19, 12, 58, 0, time.UTC)) || d.Rows[1].ID != 9 || !d.Rows[2].Time.IsZero() {
		t.Errorf("%+v", d.Rows)
	}
	q := last.URL.Query()
	if last.URL.Path != "/bigin/v2/Products/deleted" || q.Get("type") != "all" || q.Get("page") != "3" || q.Get("per_page") != "200" {
		t.Error(last.URL)
	}
	if h := last.Header.Get("If-Modified-Since"); h != "2026-10-11T13:43:14+01:30" {
		t.Error(h)
	}
	if s := c.Stats(); s.DeletedCalls != 1 || s.ListCalls+s.RecordCalls != 0 {
		t.Errorf("%+v", s)
	}
}

// What says that nothing was removed, and what says nothing.
func TestDeletedThatAreNot(t *testing.T) {
	for _, c := range []struct {
		name string
		step func(*http.Request) (*http.Response, error)
		all  error // of a call without a time
		some error // of a call with one
	}{
		{"204", reply(204, 0, http.NoBody), nil, nil},
		{"304", reply(304, 0, http.NoBody), bigin.Code(""), nil},
		{"no data", ok([]byte(`{"info":{}}`)), bigin.ErrProtocol, bigin.ErrProtocol},
		{"HTML", ok([]byte(`<html>`)), bigin.ErrProtocol, bigin.ErrProtocol},
		{"an odd id", ok([]byte(`{"data":[{"id":"5"},{"id":"x"}]}`)), bigin.ErrProtocol, bigin.ErrProtocol},
		{"refused", refuse(401, "OAUTH_SCOPE_MISMATCH"), bigin.OAuthScopeMismatch, bigin.OAuthScopeMismatch},
		{"500", refuse(500, "INTERNAL_ERROR"), bigin.InternalError, bigin.InternalError},
	} {
		synctest.Test(t, func(t *testing.T) {
			for _, since := range []time.Time{{}, time.Now()} {
				want := c.some
				if since.IsZero() {
					want = c.all
				}
				d, err := clientOver(t, play(c.step), bigin.Options{}).Deleted(t.Context(), bigin.Contacts, 1, since)
				if !errors.Is(err, want) || len(d.Rows) != 0 || d.More {
					t.Errorf("%s: %+v, %v, want %v", c.name, d, err, want)
				}
			}
		})
	}
}
