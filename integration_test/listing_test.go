package integration_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// A module lists exactly its records, and the directory of each lists a photo
// exactly when there is one.
func TestListingIsExact(t *testing.T) {
	t.Parallel()
	s := threeModules()
	add(s, "Contacts", 450, 600, 7) // more than two pages
	m := mount(t, s)
	if got := lines(m.run("ls", "-A", m.dir)); !slices.Contains(got, "Contacts") || !slices.Contains(got, "Accounts") ||
		!slices.Contains(got, "Products") || !slices.Contains(got, "Companies") {
		t.Errorf("the top holds %q", got)
	}
	for _, module := range modules {
		var ids, photos []string
		for _, id := range s.IDs(module) {
			name := strconv.FormatInt(id, 10)
			ids = append(ids, name)
			if s.Photo(module, id) != nil {
				photos = append(photos, "./"+name+"/photo.jpg")
			}
		}
		if got := lines(m.run("ls", "-A", m.path(module))); !slices.Equal(got, ids) {
			t.Errorf("%s lists %d names, and they are not the %d ids", module, len(got), len(ids))
		}
		found := lines(m.sh(`cd "$1"; find . -mindepth 2`, m.path(module)))
		slices.Sort(found)
		if !slices.Equal(found, photos) {
			t.Errorf("%s: the directories of records hold %d things, and they are not the %d photos", module, len(found), len(photos))
		}
	}
}

// Tools walk in the order of the listing, of names, or of inodes. All three are
// the same.
func TestOrdersAgree(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	want := add(s, "Products", 250, 600, 5)
	m := mount(t, s)
	out := m.run("orders", m.path("Products"))
	got := lines(out)
	if len(got) != 4 {
		t.Fatalf("got %d lines, want one for each order:\n%s", len(got), out)
	}
	tail := ""
	for _, id := range want {
		tail += " " + strconv.FormatInt(id, 10)
	}
	for i, order := range []string{"as listed", "by name", "by inode in the listing", "by inode of stat"} {
		if got[i] != order+tail {
			t.Errorf("the order %s is not that of the ids", order)
		}
	}
}

func TestCompaniesAreAccounts(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	id := s.Add("Accounts", bigintest.Record{Last: "Zylker", Photo: photoOf(3000, 3)})
	m := mount(t, s)
	if got := m.run("readlink", m.path("Companies")); got != "Accounts\n" {
		t.Errorf("Companies leads to %s", got)
	}
	if got := m.run("cat", m.photo("Companies", id)); got != string(s.Photo("Accounts", id)) {
		t.Error("a photo looks different by way of Companies")
	}
}

func TestEmptyOrganisation(t *testing.T) {
	t.Parallel()
	m := mount(t, &bigintest.Server{})
	for _, module := range modules {
		if got := m.run("ls", "-A", m.path(module)); got != "" {
			t.Errorf("%s of an organisation without records lists %q", module, got)
		}
	}
}
