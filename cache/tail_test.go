package cache

import (
	"errors"
	"testing"

	"github.com/biginfs/biginfs/bigin"
)

// readAll reads a listing to its end.
func readAll(t *testing.T, s *scan) (ids []bigin.RecordID) {
	t.Helper()
	for last := bigin.RecordID(0); ; {
		r, ok, err := s.after(t.Context(), last)
		if err != nil {
			t.Fatalf("after record %v: %v", last, err)
		}
		if !ok {
			return ids
		}
		ids = append(ids, r.ID)
		last = r.ID
	}
}

// wantWhole sees that a listing has each record of the account once, in order.
func wantWhole(t *testing.T, a *account, ids []bigin.RecordID) {
	t.Helper()
	if len(ids) != len(a.records) {
		t.Fatalf("%d records, want %d", len(ids), len(a.records))
	}
	for i, id := range ids {
		if id != a.records[i].ID {
			t.Fatalf("record %d is %v, want %v", i, id, a.records[i].ID)
		}
	}
}

// Both ends meet wherever the end of a page is, and cost three pages more than
// one end would at most; a short listing costs none more.
func TestBothEndsMeet(t *testing.T) {
	for _, n := range []int{999, 1000, 1001, 1199, 1200, 1201, 1399, 1400, 1401, 1600, 1999, 2000, 2001, 3750, 20_000} {
		a := newAccount(n, 5)
		wantWhole(t, a, readAll(t, newScan(newLives(), a.ends(), nil)))
		usual := (n + bigin.PerPage - 1) / bigin.PerPage
		most := usual + 3
		if n <= longListing {
			most = usual
		}
		if got := a.calls()[2]; got < usual || got > most {
			t.Errorf("%d records cost %d pages, want %d to %d", n, got, usual, most)
		}
	}
}

// An end that fails, panics, or is not in order leaves all to the other.
func TestEndThatFails(t *testing.T) {
	for name, fromEnd := range map[string]func(a *account, token string) (bigin.Page, error){
		"fails":  func(*account, string) (bigin.Page, error) { return bigin.Page{}, errors.New("network") },
		"panics": func(*account, string) (bigin.Page, error) { panic("bug") },
		"ascends": func(a *account, token string) (bigin.Page, error) {
			return bigin.Page{Records: a.records[:bigin.PerPage], Next: "x"}, nil
		},
		"is empty": func(a *account, token string) (bigin.Page, error) { return bigin.Page{}, nil },
		"repeats": func(a *account, token string) (bigin.Page, error) {
			p, err := a.RecordsFromEnd(t.Context(), contacts, "")
			p.Next = "x"
			return p, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(3000, 5)
			ends := a.ends()
			ends.fromEnd = func(token string) (bigin.Page, error) { return fromEnd(a, token) }
			wantWhole(t, a, readAll(t, newScan(newLives(), ends, nil)))
		})
	}
}

// When the reader stops, so do both ends.
func TestEndsStopWithTheirReader(t *testing.T) {
	a := newAccount(20_000, 5)
	at := at(newScan(newLives(), a.ends(), nil).after)
	for i := range 2000 {
		if _, err := at(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	if got := a.calls()[2]; got > 18 {
		t.Errorf("2,000 of 20,000 records cost %d pages", got)
	}
}
