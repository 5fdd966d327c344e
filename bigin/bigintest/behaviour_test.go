package bigintest

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

func TestSortIgnored(t *testing.T) {
	s, list := org(t, 9)
	ids := s.IDs("Contacts")
	down := slices.Clone(ids)
	slices.Reverse(down)
	s.Rename("Contacts", ids[4], "", "Renamed")
	for _, c := range []struct {
		b     Behaviour
		query string
		want  []int64
	}{
		{Behaviour{SortByIgnored: true}, "sort_by=Modified_Time&sort_order=desc", down},
		{Behaviour{SortByIgnored: true}, "sort_by=id&sort_order=asc", ids},
		{Behaviour{SortOrderIgnored: true}, "sort_by=id&sort_order=asc", down},
	} {
		s.Configure(func(b *Behaviour) { *b = c.b })
		if got := walk(t, s, list+"fields=id&per_page=4&"+c.query, nil); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.query, got, c.want)
		}
	}
	s.Configure(func(b *Behaviour) { *b = Behaviour{SortOrderIgnored: true} })
	if got := walk(t, s, list+"fields=id&sort_by=Modified_Time&sort_order=asc", nil); got[0] != ids[4] {
		t.Error("what changed last does not come first:", got)
	}
}

// A record that is modified while one pages through the changes moves to the
// front: it comes again on the first page, and not on the pages left.
func TestModifiedWhilePaging(t *testing.T) {
	s, list := org(t, 30)
	list += "fields=id&per_page=10&sort_by=Modified_Time&sort_order="
	all := walk(t, s, list+"desc", nil)
	moved := all[25]
	got := walk(t, s, list+"desc", func(page int) {
		if page == 1 {
			s.Touch("Contacts", moved)
		}
	})
	if slices.Contains(got, moved) || len(got) != 29 {
		t.Errorf("descending: %v", got)
	}
	if got, _ := s.get(t, list+"desc").ids(t); got[0] != moved {
		t.Errorf("it is not in front: %v", got)
	}
	first := walk(t, s, list+"asc", nil)[0]
	got = walk(t, s, list+"asc", func(page int) {
		if page == 1 {
			s.Touch("Contacts", first)
		}
	})
	if got[0] != first || !slices.Contains(got[10:], first) || len(got) != 31 {
		t.Errorf("ascending: %v", got)
	}
}

func TestPageTokenUnbound(t *testing.T) {
	s, list := org(t, 50)
	s.Behaviour.PageTokenUnbound = true
	_, info := s.get(t, list+"fields=id&per_page=10").ids(t)
	token := "&page_token=" + info["next_page_token"].(string)
	if got, _ := s.get(t, list+"fields=Last_Name&per_page=20"+token).ids(t); len(got) != 20 || got[0] != s.IDs("Contacts")[39] {
		t.Error(got)
	}
}

func TestRemovedPhotoLeavesNoTrace(t *testing.T) {
	var s Server
	s.Behaviour.RemovalKeepsImage, s.Behaviour.RemovalKeepsModifiedTime = true, true
	id := s.Add("Contacts", Record{Last: "A", Photo: fakePNG, Modified: time.Now().AddDate(-1, 0, 0)})
	bare := s.Add("Contacts", Record{Last: "B"})
	u := on(t, &s) + "/bigin/v2/Contacts"
	list := u + "?fields=Modified_Time,Record_Image"
	before := s.get(t, list)
	s.SetPhoto("Contacts", id, nil)
	s.SetPhoto("Contacts", bare, nil)
	if after := s.get(t, list); string(before.body) != string(after.body) {
		t.Errorf("%s, then %s", before.body, after.body)
	}
	if g := s.get(t, fmt.Sprintf("%s/%d/photo", u, id)); g.StatusCode != http.StatusNoContent {
		t.Errorf("HTTP %d", g.StatusCode)
	}
	s.SetPhoto("Contacts", id, fakePNG)
	s.Configure(func(b *Behaviour) { *b = Behaviour{} })
	s.SetPhoto("Contacts", id, nil)
	for _, row := range s.get(t, list).json(t)["data"].([]any) {
		if row.(map[string]any)["Record_Image"] != nil {
			t.Error(row)
		}
	}
}

func TestConditional(t *testing.T) {
	s, u := photoOf(t, Behaviour{Conditional: true, Conditional204: true})
	list := u[:len(u)-len("/2034020000000489033/photo")] + "?fields=id"
	for _, status := range []int{204, 304} {
		for _, address := range []string{u, u[:len(u)-len("/photo")], list} {
			if g := conditionally(t, s, address, time.Now()); g.StatusCode != status {
				t.Errorf("%s: HTTP %d, want %d", address, g.StatusCode, status)
			}
			if g := conditionally(t, s, address, time.Now().Add(-time.Hour)); g.StatusCode != http.StatusOK {
				t.Errorf("%s, modified: HTTP %d", address, g.StatusCode)
			}
		}
		s.Configure(func(b *Behaviour) { b.Conditional204 = false })
	}
}

func TestPhotoHeaders(t *testing.T) {
	s, u := photoOf(t, Behaviour{})
	if h := s.get(t, u).Header; h.Get("ETag") != "" || h.Get("Last-Modified") != "" || h.Get("Cache-Control") != "no-store, no-cache, must-revalidate, private" {
		t.Error(h)
	}
	s.Configure(func(b *Behaviour) { b.ETag, b.LastModified, b.CacheControl = true, true, "private, max-age=60" })
	h := s.get(t, u).Header
	if _, err := http.ParseTime(h.Get("Last-Modified")); err != nil || h.Get("ETag") == "" || h.Get("Cache-Control") != "private, max-age=60" {
		t.Error(h)
	}
	s.SetPhoto("Contacts", firstID, fakePNG[:100])
	if h.Get("ETag") == s.get(t, u).Header.Get("ETag") {
		t.Error("another photo has the same ETag")
	}
}

func TestClock(t *testing.T) {
	s, u := photoOf(t, Behaviour{ClockSkew: -36 * time.Hour})
	date := func() time.Time {
		t.Helper()
		d, err := http.ParseTime(s.get(t, u).Header.Get("Date"))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if off := time.Since(date()) - 36*time.Hour; off < -time.Second || off > time.Minute {
		t.Error(off)
	}
	s.Touch("Contacts", firstID)
	if modified := s.tables["Contacts"].get(firstID).modified; time.Since(modified) < 35*time.Hour {
		t.Error("modified by another clock than Bigin's:", modified)
	}
	s.Configure(func(b *Behaviour) { b.NoDate = true })
	if h := s.get(t, u).Header; h["Date"] != nil {
		t.Error(h)
	}
}

func TestCreditsHeader(t *testing.T) {
	for sent, want := range map[CreditsHeader]string{CreditsAfterHalf: "[ 2 1]", CreditsAlways: "[3 2 1]", CreditsNever: "[  ]"} {
		s, u := photoOf(t, Behaviour{Credits: 4, CreditsSent: sent})
		var got []string
		for range 3 {
			got = append(got, s.get(t, u).Header.Get("X-Api-Credits-Remaining"))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", sent, got, want)
		}
	}
}
