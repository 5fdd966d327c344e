package bigintest

import (
	"slices"
	"strings"
	"testing"
)

// readPages reads up to so many pages of a list, the first from address.
func readPages(t *testing.T, s *Server, address string, n int) (all [][]int64, more bool) {
	t.Helper()
	token := ""
	for range n {
		ids, info := s.get(t, address+token).ids(t)
		all = append(all, ids)
		if info["more_records"] != true {
			return all, false
		}
		next, ok := info["next_page_token"].(string)
		if !ok {
			return all, true
		}
		token = "&page_token=" + next
	}
	return all, true
}

func TestWrongPages(t *testing.T) {
	s, list := org(t, 25)
	ids := s.IDs("Contacts")
	list += "fields=id&per_page=10&sort_order=asc"
	s.AddFault(Fault{Wrong: WrongOrder, Later: true})
	got, more := readPages(t, s, list, 9)
	want := append(slices.Clone(ids[10:18]), ids[19], ids[18])
	if more || len(got) != 3 || !slices.Equal(got[0], ids[:10]) || !slices.Equal(got[1], want) {
		t.Error("order:", got)
	}
	s.ClearFaults()
	s.AddFault(Fault{Wrong: WrongTwice, Count: 1})
	if got, _ := readPages(t, s, list, 1); len(got[0]) != 11 || got[0][9] != got[0][10] {
		t.Error("twice:", got)
	}
	s.AddFault(Fault{Wrong: WrongTotal})
	if got, more := readPages(t, s, list, 9); !more || len(got) != 1 || !slices.Equal(got[0], ids[:10]) {
		t.Error("no token:", got)
	}
}

func TestEndlessPages(t *testing.T) {
	for _, order := range []string{"asc", "desc"} {
		for _, later := range []bool{false, true} {
			for wrong, size := range map[Wrong]int{EndlessSame: 10, EndlessFull: 10, EndlessShort: 1, EndlessEmpty: 0} {
				s, list := org(t, 25)
				s.AddFault(Fault{Wrong: wrong, Later: later})
				got, more := readPages(t, s, list+"fields=id&per_page=10&sort_order="+order, 30)
				if !more {
					t.Errorf("%s %s: it ends: %v", wrong, order, got)
					continue
				}
				if later {
					got = got[1:]
				}
				for i, page := range got {
					if len(page) != size {
						t.Errorf("%s %s: page %d has %d", wrong, order, i, len(page))
					}
				}
				all := slices.Concat(got...)
				if order == "desc" {
					slices.Reverse(all)
				}
				switch wrong {
				case EndlessSame:
					if !slices.Equal(got[0], got[28]) {
						t.Errorf("not the same: %v %v", got[0], got[28])
					}
				default:
					if !slices.IsSorted(all) || len(slices.Compact(all)) != len(all) {
						t.Errorf("%s %s: not in order: %v", wrong, order, all)
					}
				}
			}
		}
	}
}

// The wrong lists are of an empty module too.
func TestEndlessPagesOfNothing(t *testing.T) {
	var s Server
	list := on(t, &s) + "/bigin/v2/Contacts?fields=id,Last_Name"
	s.AddFault(Fault{Wrong: EndlessFull})
	if got, more := readPages(t, &s, list, 3); !more || len(got[2]) != 200 {
		t.Error(len(got))
	}
	if g := s.get(t, list); !strings.Contains(string(g.body), `"Last_Name":"Record 9223372036854775`) {
		t.Errorf("%.200s", g.body)
	}
}
