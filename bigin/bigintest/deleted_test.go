package bigintest

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// binOf is a server of whose six contacts the first two are left, and the
// address of the list of the others: 2 and 3 went to the bin, 4 and 5 for good,
// each a minute after the other.
func binOf(t *testing.T) (s *Server, list string, ids []int64) {
	t.Helper()
	s, u, move := stopped(t, Behaviour{})
	for i := range 6 {
		ids = append(ids, s.Add("Contacts", Record{First: "No", Last: fmt.Sprint(i)}))
	}
	for i, remove := range []func(string, int64){s.Delete, s.Delete, s.Purge, s.Purge} {
		move(time.Minute)
		remove("Contacts", ids[i+2])
	}
	return s, u + "/bigin/v2/Contacts/deleted?", ids
}

func TestDeleted(t *testing.T) {
	s, list, ids := binOf(t)
	for query, want := range map[string][]int64{
		"type=all":                          {ids[5], ids[4], ids[3], ids[2]},
		"type=recycle":                      {ids[3], ids[2]},
		"type=permanent":                    {ids[5], ids[4]},
		"":                                  {ids[5], ids[4], ids[3], ids[2]},
		"type=all&per_page=3&page=2":        {ids[2]},
		"type=permanent&per_page=1&page=02": {ids[4]},
	} {
		got, info := s.get(t, list+query).ids(t)
		if !slices.Equal(got, want) || info["more_records"] != false || int(info["count"].(float64)) != len(want) {
			t.Errorf("%s: %v %v, want %v", query, got, info, want)
		}
	}
	if _, info := s.get(t, list+"per_page=3").ids(t); info["more_records"] != true {
		t.Error("a page before the last:", info)
	}
	for _, bad := range []string{"type=some", "per_page=201", "page=0"} {
		s.get(t, list+bad).want(t, 400, "INVALID_DATA")
	}
	if g := s.get(t, list+"page=2"); g.StatusCode != http.StatusNoContent {
		t.Errorf("beyond the last page: HTTP %d", g.StatusCode)
	}
	if s.Count(KindDeleted) != 11 || s.Calls() != 11 {
		t.Error(s.Count(KindDeleted), s.Calls())
	}
}

func TestDeletedRows(t *testing.T) {
	s, list, ids := binOf(t)
	rows := s.get(t, list).json(t)["data"].([]any)
	gone, binned := rows[0].(map[string]any), rows[3].(map[string]any)
	if gone["type"] != "permanent" || gone["display_name"] != nil || gone["deleted_by"] != nil || gone["created_by"] == nil {
		t.Error(gone)
	}
	if binned["type"] != "recycle" || binned["display_name"] != "No 2" || binned["deleted_by"] == nil {
		t.Error(binned)
	}
	first, err1 := time.Parse(time.RFC3339, binned["deleted_time"].(string))
	last, err2 := time.Parse(time.RFC3339, gone["deleted_time"].(string))
	if err1 != nil || err2 != nil || last.Sub(first) != 3*time.Minute {
		t.Error(binned, gone)
	}

	s.Restore("Contacts", ids[2])
	s.Restore("Contacts", ids[5]) // gone for good
	s.Purge("Contacts", ids[3])
	if got, _ := s.get(t, list).ids(t); !slices.Equal(got, []int64{ids[3], ids[5], ids[4]}) {
		t.Error(got)
	}
	if got := s.IDs("Contacts"); !slices.Equal(got, ids[:3]) {
		t.Error(got)
	}
}

// What the user may not see any more and what was merged are nowhere.
func TestVanished(t *testing.T) {
	s, u, move := stopped(t, Behaviour{})
	var ids []int64
	for range 3 {
		ids = append(ids, s.Add("Accounts", Record{Last: "A", Photo: fakePNG}))
	}
	list := u + "/bigin/v2/Accounts?fields=Modified_Time&sort_by=Modified_Time"
	move(time.Minute)
	s.Hide("Accounts", ids[0])
	s.Merge("Accounts", ids[1], ids[2])
	if got, _ := s.get(t, list).ids(t); !slices.Equal(got, []int64{ids[2]}) || !slices.Equal(s.IDs("Accounts"), got) {
		t.Error(got)
	}
	for _, id := range ids[:2] {
		s.get(t, fmt.Sprintf("%s/bigin/v2/Accounts/%d/photo", u, id)).want(t, 400, "INVALID_DATA")
	}
	if g := s.get(t, u+"/bigin/v2/Accounts/deleted?type=all"); g.StatusCode != http.StatusNoContent {
		t.Errorf("HTTP %d %s", g.StatusCode, g.body)
	}
	s.Show("Accounts", ids[0])
	if got, _ := s.get(t, list).ids(t); !slices.Equal(got, []int64{ids[2], ids[0]}) {
		t.Error("only the record that was kept is modified:", got)
	}
}

func TestDeletedBehaviours(t *testing.T) {
	s, list, ids := binOf(t)
	for order, want := range map[Order][]int64{NewestFirst: {ids[5], ids[4], ids[3], ids[2]}, OldestFirst: {ids[2], ids[3], ids[4], ids[5]}} {
		s.Configure(func(b *Behaviour) { b.DeletedOrder = order })
		if got, _ := s.get(t, list).ids(t); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", order, got, want)
		}
	}
	s.Configure(func(b *Behaviour) { b.DeletedOrder = Unsorted })
	got, _ := s.get(t, list).ids(t)
	again, _ := s.get(t, list).ids(t)
	if !slices.Equal(got, again) || slices.Equal(got, ids[2:]) || slices.IsSortedFunc(got, func(a, b int64) int { return int(b - a) }) {
		t.Error("unsorted:", got, again)
	}

	s.Configure(func(b *Behaviour) { b.DeletedOrder, b.DeletedEndless = NewestFirst, true })
	for page, want := range map[int][]int64{1: ids[3:], 2: {ids[2]}, 3: {ids[2]}, 999: {ids[2]}} {
		got, info := s.get(t, fmt.Sprintf("%sper_page=3&page=%d", list, page)).ids(t)
		if len(got) != len(want) || got[len(got)-1] != want[0] || info["more_records"] != true {
			t.Errorf("endless: page %d: %v %v", page, got, info)
		}
	}

	for status, code := range map[int]string{401: "OAUTH_SCOPE_MISMATCH", 403: "NO_PERMISSION", 404: "INVALID_URL_PATTERN"} {
		s.Configure(func(b *Behaviour) { b.DeletedRefused = status })
		s.get(t, list).want(t, status, code)
	}
}

// conditionally asks with If-Modified-Since.
func conditionally(t *testing.T, s *Server, u string, since time.Time) got {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Zoho-oauthtoken "+s.IssueToken())
	req.Header.Set("If-Modified-Since", since.Format(time.RFC3339))
	return fetch(t, req)
}

func TestDeletedSince(t *testing.T) {
	s, list, ids := binOf(t)
	last := s.now().Truncate(time.Second)
	if got, _ := conditionally(t, s, list, last).ids(t); len(got) != 4 {
		t.Error("ignored by default:", got)
	}
	s.Configure(func(b *Behaviour) { b.DeletedConditional = true })
	if got, _ := conditionally(t, s, list, last.Add(-2*time.Minute)).ids(t); !slices.Equal(got, []int64{ids[5], ids[4]}) {
		t.Error(got)
	}
	if g := conditionally(t, s, list, last); g.StatusCode != http.StatusNoContent {
		t.Errorf("none since: HTTP %d", g.StatusCode)
	}
	if got := s.Requests(); got[2].IfModifiedSince != last.Format(time.RFC3339) {
		t.Error(got[2])
	}
}
