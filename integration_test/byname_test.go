package integration_test

import (
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// hostileNames are names that a folder of links must survive.
var hostileNames = []string{
	"", " ", "\t\n", ".", "..", "-rf", "--help", "~root", ".hidden",
	"../../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "nul\x00inside", "line\nbreak", "esc\x1b[31m",
	"\u202egpj.exe", "\u2066x\u2069", "\u200fx", "\ufeffbom", "end. . ", "x.jpg", ".jpg",
	"con", "CON.txt", "com1.jpg", "COM¹", "Lpt³.x", "aux", "folder", "Folder.old", "cover", "desktop.ini", "Thumbs.db",
	"Zoë", "Zoe\u0308", "ZOË", "Straße", "STRASSE", "İstanbul", "istanbul", "\u1100\u1161", "가", "\u0301",
	"👩‍👩‍👧‍👦", "日本語の名前", "עברית", "العربية",
	strings.Repeat("x", 400), strings.Repeat("X", 400), strings.Repeat("名", 140), strings.Repeat("e\u0301", 150), strings.Repeat("😀", 100), strings.Repeat("נ", 200),
	"Ada Lovelace", "ada lovelace", "Ada Lovelace", "Ada Lovelace (2034020000000489033)", "unnamed", "*", "?", "[a]", "$HOME", "`id`", "'", "\"", "%s", "#",
}

// hostileOrganisation has a contact with a photo for each of the names, and
// some without. It returns the ids of those with a photo.
func hostileOrganisation() (*bigintest.Server, []int64) {
	s := &bigintest.Server{}
	var ids []int64
	for i, name := range hostileNames {
		ids = append(ids, s.Add("Contacts", bigintest.Record{Last: name, Modified: changed, Photo: photoOf(700+i, uint64(i))}))
		if i%5 == 0 {
			s.Add("Contacts", bigintest.Record{Last: name, Modified: changed})
		}
	}
	return s, ids
}

// links reads a folder of links as a file manager does that shows pictures.
func (m *mounted) links(dir string) []linkSeen {
	m.t.Helper()
	out := m.run("follow-links", m.dir, dir)
	var seen []linkSeen
	if err := gob.NewDecoder(strings.NewReader(out)).Decode(&seen); err != nil {
		m.t.Fatalf("%v: %s", err, out)
	}
	return seen
}

// Whatever records are called, there is one link for each photo, and it leads
// to that photo and nowhere else.
func TestEachNameLeadsToItsOwnPhoto(t *testing.T) {
	t.Parallel()
	s, ids := hostileOrganisation()
	m := mount(t, s)
	seen := m.links(m.path("by-name", "Contacts"))
	left := map[string]int64{}
	for _, id := range ids {
		left[fmt.Sprintf("Contacts/%d/photo.jpg", id)] = id
	}
	for i, l := range seen {
		id, ok := left[l.Real]
		delete(left, l.Real)
		if !ok || !l.Inside || l.Target != "../../"+l.Real {
			t.Errorf("%q leads to %q, which is %q", l.Name, l.Target, l.Real)
			continue
		}
		if !l.Same || l.Bytes != len(s.Photo("Contacts", id)) {
			t.Errorf("%q has %d bytes, and they are not those of its record: %t", l.Name, l.Bytes, l.Same)
		}
		if !utf8.ValidString(l.Name) || len(l.Name) > 255 || strings.ContainsRune(".-~", rune(l.Name[0])) {
			t.Errorf("%q is no good name", l.Name)
		}
		for _, other := range seen[:i] {
			if strings.EqualFold(l.Name, other.Name) {
				t.Errorf("%q and %q differ in case only", l.Name, other.Name)
			}
		}
	}
	if len(left) > 0 {
		t.Errorf("no link leads to %v", left)
	}
	// The photos themselves, by way of a tool that knows nothing of all this.
	out := filepath.Join(t.TempDir(), "out")
	m.run("cp", "-rL", m.path("by-name", "Contacts"), out)
	for _, l := range seen {
		var id int64
		if _, err := fmt.Sscanf(l.Real, "Contacts/%d/photo.jpg", &id); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(out, l.Name)); err != nil || string(got) != string(s.Photo("Contacts", id)) {
			t.Errorf("the copy of %q has %d bytes, and they are not those of its record; %v", l.Name, len(got), err)
		}
	}
}

// Links cost the calls of the listing, however they are looked at.
func TestNamesCostOnlyTheListing(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	add(s, "Contacts", 450, 800, 3)
	m := mount(t, s)
	if got := lines(m.run("ls", "-l", m.path("by-name", "Contacts"))); len(got) != 301 {
		t.Errorf("%d lines, want one for each of 300 photos and the total", len(got))
	}
	if n, pages := s.Calls(), s.Count(bigintest.KindList); n != 3 || pages != 3 {
		t.Errorf("%d calls, %d of them for pages, want 3 pages", n, pages)
	}
	m.run("ls", "-l", m.path("by-name", "Contacts"))
	m.sh(`cd "$1"; for f in *; do readlink "$f"; test -L "$f"; done`, m.path("by-name", "Contacts"))
	m.run("ls", "-la", m.path("by-name"))
	if n := s.Calls(); n != 3 {
		t.Errorf("%d calls when they were looked at again, want none more than 3", n)
	}
}

// Programs look for files of their own in each folder. No such probe is a call.
func TestProbesForNamesCostNothing(t *testing.T) {
	t.Parallel()
	s, _ := organisation(3, 800)
	m := mount(t, s)
	probe := func(names ...string) {
		t.Helper()
		for _, name := range names {
			for _, dir := range []string{"by-name", "by-name/Contacts", "by-name/Companies"} {
				if r := m.try("ls", "-d", m.path(dir, name)); r.code == 0 || !strings.Contains(r.stderr, messages["ENOENT"]) {
					t.Errorf("%s/%s: %q %q", dir, name, r.out, r.stderr)
				}
			}
		}
	}
	probe(".hidden", ".hidden.jpg", "..jpg", ".directory", ".Trash-1000", ".xdg-volume-info", "folder.jpg", "Folder.jpg", "cover.jpg", "AlbumArtSmall.jpg", "thumb.jpg",
		"desktop.ini", "Thumbs.db", "autorun.inf", "con.jpg", "nul", "x", "x.png", "x.jpg.tmp", strings.Repeat("x", 255))
	if n := s.Calls(); n != 0 {
		t.Errorf("%d calls before anything was listed, want none", n)
	}
	m.run("ls", m.path("by-name", "Contacts"))
	m.run("ls", m.path("by-name", "Accounts"))
	listed := s.Calls()
	probe("nobody.jpg", "Ada Lovelace (7).jpg", "ADA LOVELACE.jpg", "Ada Lovelace.JPG")
	if n := s.Calls(); n != listed {
		t.Errorf("%d calls for names that no record has, want none", n-listed)
	}
}

// Whoever knows a name can open it without looking at the folder first.
func TestNameOnAFreshMount(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	add(s, "Products", 250, 800, 2)
	id := s.Add("Products", bigintest.Record{Last: "Anvil, large", Photo: photoOf(5000, 1)})
	m := mount(t, s)
	if got := m.run("cat", m.path("by-name/Products/Anvil, large.jpg")); got != string(s.Photo("Products", id)) {
		t.Errorf("%d bytes, which are not the photo", len(got))
	}
	if n, photos := s.Calls(), s.Count(bigintest.KindPhoto); n != 3 || photos != 1 {
		t.Errorf("%d calls, %d of them for photos, want 2 pages and 1 photo", n, photos)
	}
	m.fails(m.path("by-name/Products/Anvil, small.jpg"), "ENOENT")
}

// What happens in Bigin shows within the life of a listing.
func TestNamesFollowTheRecords(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	ada := s.Add("Contacts", bigintest.Record{First: "Ada", Last: "Lovelace", Photo: photoOf(900, 1)})
	twin := s.Add("Contacts", bigintest.Record{First: "Ada", Last: "Lovelace", Photo: photoOf(901, 2)})
	bare := s.Add("Contacts", bigintest.Record{Last: "Babbage"})
	m := mount(t, s, "--attr-ttl", "1s", "--negative-ttl", "1s", "--content-ttl", "1s")
	m.expect("errno=ESTALE", "op=read") // whoever reads a size that was true until just now
	dir := m.path("by-name", "Contacts")
	shows := func(what string, want ...string) {
		t.Helper()
		slices.Sort(want)
		var got []string
		if !within(patience, func() bool { got = lines(m.run("ls", "-A", dir)); slices.Sort(got); return slices.Equal(got, want) }) {
			t.Fatalf("%s: the folder shows %q, want %q", what, got, want)
		}
	}
	// A name may be gone for a moment only if its record is.
	opens := func(name string, id int64) {
		t.Helper()
		want := string(s.Photo("Contacts", id))
		if !within(patience, func() bool { r := m.try("cat", filepath.Join(dir, name)); return r.code == 0 && r.out == want }) {
			t.Errorf("%s does not come to show the photo of its record", name)
		}
	}
	twins := fmt.Sprintf("Ada Lovelace (%d).jpg", twin)
	shows("at first", "Ada Lovelace.jpg", twins)

	eve := s.Add("Contacts", bigintest.Record{Last: "Eve", Photo: photoOf(902, 3)})
	shows("a new record", "Ada Lovelace.jpg", twins, "Eve.jpg")
	opens("Eve.jpg", eve)

	s.Rename("Contacts", eve, "Eve", "Online")
	shows("a record with another name", "Ada Lovelace.jpg", twins, "Eve Online.jpg")
	opens("Eve Online.jpg", eve)
	m.fails(filepath.Join(dir, "Eve.jpg"), "ENOENT")

	s.Delete("Contacts", ada)
	shows("a record less", twins, "Eve Online.jpg")
	opens(twins, twin)

	s.SetPhoto("Contacts", bare, photoOf(903, 4))
	shows("a photo more", twins, "Eve Online.jpg", "Babbage.jpg")
	opens("Babbage.jpg", bare)

	s.SetPhoto("Contacts", twin, nil)
	shows("a photo less", "Eve Online.jpg", "Babbage.jpg")

	s.SetPhoto("Contacts", eve, photoOf(904, 5))
	opens("Eve Online.jpg", eve)

	// A name that became free goes to the next record of that name.
	s.Rename("Contacts", bare, "Ada", "Lovelace")
	shows("a name that another had", "Ada Lovelace.jpg", "Eve Online.jpg")
	opens("Ada Lovelace.jpg", bare)
}

func TestNoNames(t *testing.T) {
	t.Parallel()
	s, _ := organisation(1, 800)
	m := mount(t, s, "--by-name=false")
	if got := m.run("ls", "-A", m.dir); strings.Contains(got, "by-name") {
		t.Errorf("the top shows %q", got)
	}
	m.fails(m.path("by-name"), "ENOENT")
}
