package bigin_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// walk lists a module to the end.
func walk(t *testing.T, c *bigin.Client, m bigin.Module) (all []bigin.Record, pages int) {
	t.Helper()
	token := ""
	for {
		p, err := c.Records(t.Context(), m, token)
		if err != nil {
			t.Fatal(err)
		}
		all, pages = append(all, p.Records...), pages+1
		if token = p.Next; token == "" {
			return all, pages
		}
	}
}

// Ascending by id, all of them, one call per 200: beyond the 2,000 that page
// numbers reach too.
func TestRecordsPaging(t *testing.T) {
	for _, n := range []int{0, 1, 199, 200, 201, 400, 2345} {
		var s bigintest.Server
		want := make([]int64, n)
		for i := range want {
			want[i] = int64(9000 - 3*i)
			s.Add("Products", bigintest.Record{ID: want[i], Last: fmt.Sprint("p", i)})
		}
		slices.Reverse(want)
		c := clientOf(t, &s, bigin.Options{})
		got, pages := walk(t, c, bigin.Products)
		if calls := max(1, (n+199)/200); pages != calls || s.Calls() != calls || s.Count(bigintest.KindList) != calls {
			t.Errorf("%d records: %d pages, %d calls, want %d", n, pages, s.Calls(), calls)
		}
		ids := make([]int64, len(got))
		for i, r := range got {
			ids[i] = int64(r.ID)
		}
		if !slices.Equal(ids, want) {
			t.Errorf("%d records: %d listed, or not in order", n, len(got))
		}
		for _, r := range s.Requests() {
			q := r.Query
			if q.Has("page") || q.Get("per_page") != "200" || q.Get("sort_by") != "id" || q.Get("sort_order") != "asc" || !strings.Contains(q.Get("fields"), "Record_Image") {
				if r.Kind == bigintest.KindList {
					t.Errorf("%v", q)
				}
			}
		}
		if st := c.Stats(); st.ListCalls != int64(pages) || st.PhotoCalls+st.RecordCalls != 0 {
			t.Errorf("%+v", st)
		}
	}
}

// What a record says, in a list and alone.
func TestRecordFields(t *testing.T) {
	modified := time.Date(2026, 10, 9, 19, 12, 58, 0, time.UTC)
	for _, c := range []struct {
		module      bigin.Module
		first, last string
		photo       bool
		name        string
	}{
		{bigin.Contacts, "Zoë", "Ødegård", true, "Zoë Ødegård"},
		{bigin.Contacts, "", "王", false, "王"},
		{bigin.Contacts, "", "", true, ""},
		{bigin.Accounts, "", "Müller & Söhne", true, "Müller & Söhne"},
		{bigin.Accounts, "", "", false, ""},
		{bigin.Products, "", "№ 5 / \"x\"", false, "№ 5 / \"x\""},
	} {
		var s bigintest.Server
		rec := bigintest.Record{ID: 77, First: c.first, Last: c.last, Modified: modified}
		if c.photo {
			rec.Photo = picture(100, 0)
		}
		s.Add(string(c.module), rec)
		client := clientOf(t, &s, bigin.Options{})
		before := time.Now()
		one, err := client.Record(t.Context(), c.module, 77)
		if err != nil {
			t.Fatal(err)
		}
		page, err := client.Records(t.Context(), c.module, "")
		if err != nil || len(page.Records) != 1 {
			t.Fatal(page, err)
		}
		for _, r := range []bigin.Record{one, page.Records[0]} {
			if r.ID != 77 || r.Name != c.name || !r.Modified.Equal(modified) || r.HasPhoto() != c.photo {
				t.Errorf("%s: %+v", c.module, r)
			}
		}
		if page.AsOf.Before(before) {
			t.Errorf("the page is as of %v, which is before it was asked for", page.AsOf)
		}
		if one.Image != page.Records[0].Image {
			t.Errorf("images %d and %d of the same picture", one.Image, page.Records[0].Image)
		}
		if c.photo {
			s.SetPhoto(string(c.module), 77, picture(100, 1))
			other, err := client.Record(t.Context(), c.module, 77)
			if err != nil || other.Image == one.Image {
				t.Errorf("image %d after %d, %v", other.Image, one.Image, err)
			}
		}
	}
}

// A missing record is one error, however Bigin says so.
func TestRecordMissing(t *testing.T) {
	for _, say400 := range []bool{false, true} {
		s := bigintest.Server{Behaviour: bigintest.Behaviour{MissingRecord400: say400}}
		r, err := clientOf(t, &s, bigin.Options{}).Record(t.Context(), bigin.Contacts, 7)
		if !errors.Is(err, bigin.ErrNoRecord) || r != (bigin.Record{}) || errors.Is(err, bigin.InvalidData) != say400 || s.Calls() != 1 {
			t.Errorf("%+v, %v after %d calls", r, err, s.Calls())
		}
		if !strings.HasPrefix(err.Error(), "no such record") && !strings.HasPrefix(err.Error(), "record Contacts/7: ") {
			t.Error(err)
		}
	}
}

// Only a 204 says that there is nothing. Whatever else comes instead of JSON is
// an error, or else every name would be gone.
func TestRecordsThatAreNot(t *testing.T) {
	cut := `{"data":[{"id":"1"}],"in`
	for _, c := range []struct {
		name  string
		step  func(*http.Request) (*http.Response, error)
		calls int
		list  error // nil: an empty list
		one   error
	}{
		{"204", reply(204, 0, strings.NewReader("")), 1, nil, bigin.ErrNoRecord},
		{"200 with nothing", reply(200, 0, strings.NewReader("")), 1, bigin.ErrProtocol, bigin.ErrProtocol},
		{"no data", ok([]byte(`{"info":{}}`)), 1, bigin.ErrProtocol, bigin.ErrProtocol},
		{"HTML", ok([]byte("<html>Sign in</html>")), 1, bigin.ErrProtocol, bigin.ErrProtocol},
		{"null", ok([]byte("null")), 1, bigin.ErrProtocol, bigin.ErrProtocol},
		{"no more JSON", ok([]byte(cut)), 1, bigin.ErrProtocol, bigin.ErrProtocol},
		{"cut", cutAfter([]byte(cut+`fo":{}}`), len(cut)), 4, bigin.ErrCutShort, bigin.ErrCutShort},
		{"another record", ok([]byte(`{"data":[{"id":"8"}],"info":{"more_records":false}}`)), 1, nil, bigin.ErrProtocol},
		{"two records", ok([]byte(`{"data":[{"id":"6"},{"id":"7"}],"info":{"more_records":false}}`)), 1, nil, bigin.ErrProtocol},
		{"an empty list", ok([]byte(`{"data":[],"info":{"more_records":false}}`)), 1, nil, bigin.ErrNoRecord},
		{"an odd id", ok([]byte(`{"data":[{"id":"007"}],"info":{"more_records":false}}`)), 1, bigin.ErrProtocol, bigin.ErrProtocol},
		{"more but no token", ok([]byte(`{"data":[{"id":"7"}],"info":{"more_records":true,"next_page_token":null}}`)), 1, bigin.ErrProtocol, bigin.ErrProtocol},
		{"500", refuse(500, "INTERNAL_ERROR"), 4, bigin.InternalError, bigin.InternalError},
		{"403", refuse(403, "NO_PERMISSION"), 1, bigin.NoPermission, bigin.NoPermission},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := play(c.step)
				p, err := clientOver(t, w, bigin.Options{}).Records(t.Context(), bigin.Contacts, "")
				w.wantCalls(t, c.calls)
				if !errors.Is(err, c.list) || c.list != nil && (len(p.Records) > 0 || p.Next != "") {
					t.Errorf("list: %v, %v, want %v", p, err, c.list)
				}
				w = play(c.step)
				r, err := clientOver(t, w, bigin.Options{}).Record(t.Context(), bigin.Contacts, 7)
				if c.name != "cut" {
					w.wantCalls(t, c.calls)
				}
				if !errors.Is(err, c.one) || r != (bigin.Record{}) {
					t.Errorf("one: %+v, %v, want %v", r, err, c.one)
				}
			})
		})
	}
}

// A token is good for its own list only. That Bigin does not take it must not
// read as if the module were not there.
func TestRecordsWithAnotherToken(t *testing.T) {
	var s bigintest.Server
	fill(&s, 201)
	c := clientOf(t, &s, bigin.Options{})
	p, err := c.Records(t.Context(), bigin.Contacts, "")
	if err != nil || len(p.Records) != bigin.PerPage || p.Next == "" {
		t.Fatal(len(p.Records), err)
	}
	for _, m := range bigin.Modules()[1:] {
		if p, err := c.Records(t.Context(), m, p.Next); !errors.Is(err, bigin.ErrProtocol) || errors.Is(err, bigin.InvalidData) || len(p.Records) > 0 {
			t.Errorf("%s: %v, %v", m, p, err)
		}
	}
}
