package integration_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// An NFS client sees what the mount shows, and costs what a local program does:
// a page for a listing of records, and a call for each photo it looks at.
func TestNFS(t *testing.T) {
	t.Parallel()
	needGanesha(t)
	s := &bigintest.Server{}
	ids := add(s, "Contacts", 30, 40_000, 10)
	m := mount(t, s, "--allow-other")
	nfs := m.exportNFS(m.dir)
	m.costs("listing the root", 0, 0, 0, func() {
		if got, want := nfs.list(m, ""), []string{"Accounts", "Companies", "Contacts", "Products", "by-name"}; !slices.Equal(got, want) {
			t.Errorf("the root has %q, want %q", got, want)
		}
	})
	m.costs("listing records", 0, 1, 0, func() {
		var want []string
		for _, id := range ids {
			want = append(want, fmt.Sprint(id))
		}
		if got := nfs.list(m, "Contacts"); !slices.Equal(got, want) {
			t.Errorf("%d records are listed, %q, want %q", len(got), got, want)
		}
	})
	m.costs("a record without a photo", 0, 0, 0, func() {
		if got := nfs.list(m, fmt.Sprintf("Contacts/%d", ids[9])); len(got) > 0 {
			t.Errorf("it has %q", got)
		}
	})
	m.costs("reading a photo", 1, 0, 0, func() {
		if got := m.run("nfs-cat", nfs.url(fmt.Sprintf("Contacts/%d/photo.jpg", ids[4]))); got != string(s.Photo("Contacts", ids[4])) {
			t.Errorf("%d bytes, which are not the photo", len(got))
		}
	})
	m.costs("reading it again", 0, 0, 0, func() {
		nfs.get(m, fmt.Sprintf("Contacts/%d/photo.jpg", ids[4]))
	})
	m.costs("names that are not there", 0, 0, 0, func() {
		for _, name := range []string{".Trash", "Contacts/desktop.ini", fmt.Sprintf("Contacts/%d/folder.jpg", ids[0]), fmt.Sprintf("Contacts/%d/photo.jpg", ids[9])} {
			if r := m.try("nfs-cat", nfs.url(name)); r.code == 0 || r.out != "" || !strings.Contains(r.stderr, "NOENT") {
				t.Errorf("%s: %d bytes and %s", name, len(r.out), r.stderr)
			}
		}
	})
}

// Somebody who sees the folder of names alone, through NFS, finds every photo
// there, whatever its record is called.
func TestNFSSharesNamesAlone(t *testing.T) {
	t.Parallel()
	needGanesha(t)
	s, ids := hostileOrganisation()
	m := mount(t, s, "--allow-other", "--by-name=files")
	nfs := m.exportNFS(m.path("by-name", "Contacts"))
	want := lines(m.run("ls", "-A", m.path("by-name", "Contacts")))
	slices.Sort(want)
	listed := nfs.list(m, "")
	if n := s.Count(bigintest.KindPhoto); n != len(ids) {
		t.Errorf("%d photo calls for a listing, which has sizes in it, want one for each of %d photos", n, len(ids))
	}
	if !slices.Equal(listed, want) {
		t.Errorf("%q is listed, want %q", listed, want)
	}
	left := map[string]int64{}
	for _, id := range ids {
		left[string(s.Photo("Contacts", id))] = id
	}
	for _, name := range listed {
		photo := nfs.get(m, name)
		if _, ok := left[photo]; !ok {
			t.Errorf("%q has %d bytes, which are no photo, or that of another name", name, len(photo))
		}
		delete(left, photo)
	}
	if len(left) > 0 {
		t.Errorf("%d photos are under no name", len(left))
	}
	if n := s.Count(bigintest.KindPhoto); n != len(ids) {
		t.Errorf("%d photo calls after copying all, want no more than the %d of the listing", n, len(ids))
	}
}

// list returns the names in a directory of the export, sorted.
func (g *ganesha) list(m *mounted, dir string) []string {
	m.t.Helper()
	var names []string
	for _, line := range lines(m.run("nfs-ls", g.url(dir))) {
		// Mode, links, owner, group and size stand before the name.
		for range 5 {
			_, line, _ = strings.Cut(strings.TrimLeft(line, " "), " ")
		}
		if line != "." && line != ".." {
			names = append(names, line)
		}
	}
	slices.Sort(names)
	return names
}

// get returns a file of the export.
func (g *ganesha) get(m *mounted, path string) string {
	m.t.Helper()
	out := filepath.Join(m.t.TempDir(), "photo")
	m.try("nfs-cp", g.url(path), out)
	b, err := os.ReadFile(out)
	if err != nil && !os.IsNotExist(err) {
		m.t.Error(err)
	}
	return string(b)
}
