package bigintest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// org is a server with n contacts, and the address of their list.
func org(t *testing.T, n int) (*Server, string) {
	t.Helper()
	s := &Server{}
	for i := range n {
		s.Add("Contacts", Record{Last: fmt.Sprint("Contact ", i), Modified: time.Unix(int64(1_700_000_000+i*7919%10_000), 0)})
	}
	return s, on(t, s) + "/bigin/v2/Contacts?"
}

// ids reads a page: its ids, its info.
func (g got) ids(t *testing.T) (ids []int64, info map[string]any) {
	t.Helper()
	if g.StatusCode != http.StatusOK {
		t.Fatalf("HTTP %d %s", g.StatusCode, g.body)
	}
	o := g.json(t)
	for _, row := range o["data"].([]any) {
		id, err := strconv.ParseInt(row.(map[string]any)["id"].(string), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids, o["info"].(map[string]any)
}

// walk reads all pages by page_token.
func walk(t *testing.T, s *Server, list string, between func(page int)) (all []int64) {
	t.Helper()
	token := ""
	for page := 1; ; page++ {
		address := list
		if token != "" {
			address += "&page_token=" + token
		}
		ids, info := s.get(t, address).ids(t)
		all = append(all, ids...)
		if int(info["page"].(float64)) != page || int(info["count"].(float64)) != len(ids) {
			t.Errorf("page %d: %v", page, info)
		}
		if info["more_records"] == false {
			if info["next_page_token"] != nil || info["previous_page_token"] != nil || info["page_token_expiry"] != nil {
				t.Error("last page:", info)
			}
			return all
		}
		if token = info["next_page_token"].(string); len(token) != 256 {
			t.Error("token", token)
		}
		if between != nil {
			between(page)
		}
	}
}

func TestPagingOrder(t *testing.T) {
	s, list := org(t, 523)
	ids := s.IDs("Contacts")
	if got := walk(t, s, list+"fields=Last_Name&sort_order=asc", nil); !slices.Equal(got, ids) {
		t.Errorf("ascending: %d of %d", len(got), len(ids))
	}
	slices.Reverse(ids)
	if got := walk(t, s, list+"fields=Last_Name&per_page=100", nil); !slices.Equal(got, ids) {
		t.Errorf("by default descending: %d of %d", len(got), len(ids))
	}
	recs := slices.Clone(s.table("Contacts").by("Modified_Time"))
	slices.Reverse(recs)
	for i, id := range walk(t, s, list+"fields=id&sort_by=Modified_Time&per_page=97", nil) {
		if id != recs[i].id {
			t.Fatalf("Modified_Time: place %d is %d, want %d", i, id, recs[i].id)
		}
	}
	if s.Count(KindList) != 3+6+6 {
		t.Error(s.Count(KindList), "pages")
	}
	s.Rename("Contacts", recs[300].id, "New", "Name")
	if ids, _ := s.get(t, list+"fields=id&sort_by=Modified_Time&per_page=1").ids(t); ids[0] != recs[300].id {
		t.Error("what changed last does not come first")
	}
}

func TestPagingWhileItChanges(t *testing.T) {
	for _, order := range []string{"asc", "desc"} {
		s, list := org(t, 300)
		ids := s.IDs("Contacts")
		kept := slices.Clone(ids[20:])
		got := walk(t, s, list+"fields=id&per_page=50&sort_order="+order, func(page int) {
			s.Delete("Contacts", ids[2*page]) // in front of an ascending list
			s.Add("Contacts", Record{Last: "new"})
		})
		for _, id := range kept {
			if n := len(slices.DeleteFunc(slices.Clone(got), func(g int64) bool { return g != id })); n != 1 {
				t.Fatalf("%s: %d came %d times", order, id, n)
			}
		}
	}
}

func TestPreviousPage(t *testing.T) {
	for _, order := range []string{"asc", "desc"} {
		s, list := org(t, 100)
		list += "fields=id&per_page=10&sort_order=" + order
		var pages [][]int64
		var infos []map[string]any
		token := ""
		for range 4 {
			ids, info := s.get(t, list+token).ids(t)
			pages, infos = append(pages, ids), append(infos, info)
			token = "&page_token=" + info["next_page_token"].(string)
		}
		if infos[0]["previous_page_token"] != nil {
			t.Error("the first page has one before it")
		}
		for i := 3; i > 0; i-- {
			ids, info := s.get(t, list+"&page_token="+infos[i]["previous_page_token"].(string)).ids(t)
			if !slices.Equal(ids, pages[i-1]) || int(info["page"].(float64)) != i {
				t.Errorf("%s: before page %d: %v", order, i+1, ids)
			}
		}
	}
}

func TestPagingLimits(t *testing.T) {
	s, list := org(t, 2100)
	list += "fields=Last_Name"
	if ids, info := s.get(t, list+"&page=10").ids(t); len(ids) != 200 || info["next_page_token"] == nil {
		t.Errorf("page 10: %d", len(ids))
	}
	s.get(t, list+"&page=11").want(t, 400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED")
	s.get(t, list+"&page=3&per_page=150").ids(t)
	s.get(t, list+"&page=14&per_page=150").want(t, 400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED")
	for _, bad := range []string{"per_page=201", "per_page=0", "page=0", "page=x", "sort_by=Last_Name", "sort_order=up", "approved=no", "page_token=00", "page=1&page_token=00"} {
		s.get(t, list+"&"+bad).want(t, 400, "INVALID_DATA")
	}
	if g := s.get(t, list+"&approved=false"); g.StatusCode != http.StatusNoContent {
		t.Errorf("approved=false: HTTP %d", g.StatusCode)
	}
	many := "fields=f1"
	for i := 2; i <= 51; i++ {
		many += fmt.Sprintf(",f%d", i)
	}
	base := strings.TrimSuffix(list, "fields=Last_Name")
	s.get(t, base+many).want(t, 400, "LIMIT_EXCEEDED")
	s.get(t, base+many[:len(many)-4]).ids(t)

	s.Configure(func(b *Behaviour) { b.TokenCap = 500 })
	_, info := s.get(t, list).ids(t)
	_, info = s.get(t, list+"&page_token="+info["next_page_token"].(string)).ids(t)
	ids, info := s.get(t, list+"&page_token="+info["next_page_token"].(string)).ids(t)
	if len(ids) != 100 || info["more_records"] != true {
		t.Errorf("the page at the cap has %d, %v", len(ids), info)
	}
	s.get(t, list+"&page_token="+info["next_page_token"].(string)).want(t, 400, "PAGINATION_LIMIT_EXCEEDED")
}

func TestPageTokenIsBound(t *testing.T) {
	s, list := org(t, 50)
	now := time.Now()
	s.now = func() time.Time { return now }
	_, info := s.get(t, list+"fields=id&per_page=10").ids(t)
	token := "&page_token=" + info["next_page_token"].(string)
	for _, other := range []string{"fields=id", "fields=id&per_page=20", "fields=Last_Name&per_page=10", "fields=id&per_page=10&sort_order=asc", "fields=id&per_page=10&page=2"} {
		s.get(t, list+other+token).want(t, 400, "INVALID_DATA")
	}
	now = now.Add(24*time.Hour - time.Second)
	s.get(t, list+"per_page=10&fields=id"+token).ids(t) // the order of parameters does not matter
	now = now.Add(time.Second)
	s.get(t, list+"fields=id&per_page=10"+token).want(t, 400, "INVALID_DATA")
}

func TestRows(t *testing.T) {
	var s Server
	when := time.Date(2026, 10, 9, 19, 12, 58, 999, time.UTC)
	s.Add("Contacts", Record{First: "Ada", Last: "Lovelace", Modified: when, Fields: map[string]any{"Email": "ada@example.com"}})
	u := on(t, &s)
	g := s.get(t, u+"/bigin/v2/Contacts?fields=Full_Name,Modified_Time,Record_Image,Email,Nothing")
	want := `{"Email":"ada@example.com","Full_Name":"Ada Lovelace","Modified_Time":"2026-10-09T22:12:58+03:00","Record_Image":null,"id":"2034020000000489033"}`
	if !strings.HasPrefix(string(g.body), `{"data":[`+want+`],`) {
		t.Errorf("%s", g.body)
	}
	s.Configure(func(b *Behaviour) { b.Conditional = true })
	req := g.Request
	for since, status := range map[string]int{"2026-10-09T22:12:58+03:00": 304, "2026-10-09T22:12:57+03:00": 200} {
		req.Header.Set("If-Modified-Since", since)
		if g := fetch(t, req); g.StatusCode != status {
			t.Errorf("since %s: HTTP %d", since, g.StatusCode)
		}
	}
}

func TestVolatileImage(t *testing.T) {
	for _, volatile := range []bool{false, true} {
		var s Server
		s.Behaviour.VolatileImage = volatile
		s.Add("Contacts", Record{Last: "A", Photo: fakePNG})
		u := on(t, &s) + "/bigin/v2/Contacts?fields=Record_Image"
		a, b := s.get(t, u), s.get(t, u)
		if (string(a.body) == string(b.body)) == volatile {
			t.Errorf("volatile %t: %s %s", volatile, a.body, b.body)
		}
	}
}

func TestHundredThousand(t *testing.T) {
	var s Server
	begin := time.Now()
	for _, i := range rand.Perm(100_000) {
		s.Add("Products", Record{ID: firstID + int64(i), Last: "P"})
	}
	if d := time.Since(begin); d > 3*time.Second {
		t.Errorf("adding took %v", d)
	}
	if ids := s.IDs("Products"); len(ids) != 100_000 || !slices.IsSorted(ids) || s.Add("Products", Record{}) != firstID+100_000 {
		t.Error("not sorted, or ids used twice")
	}
}
