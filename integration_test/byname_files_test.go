package integration_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"golang.org/x/sys/unix"
)

// stat is what lstat(2) tells of a file.
func (m *mounted) stat(path string) unix.Stat_t {
	m.t.Helper()
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		m.t.Fatal(&os.PathError{Op: "lstat", Path: path, Err: err})
	}
	return st
}

// Whatever records are called, with --by-name=files there is one regular file
// for each photo, which is that photo under a second name.
func TestNamesAsFiles(t *testing.T) {
	t.Parallel()
	s, ids := hostileOrganisation()
	m := mount(t, s, "--by-name=files")
	dir := m.path("by-name", "Contacts")
	m.run("ls", dir)
	m.run("find", dir, "-name", "*x*")
	if n := s.Count(bigintest.KindPhoto); n != 0 {
		t.Errorf("%d photos were fetched to list names, want none", n)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(ids) {
		t.Fatalf("%d entries, want %d; %v", len(entries), len(ids), err)
	}
	left := map[uint64]int64{}
	inodes := map[string]uint64{}
	// By name first: nobody has looked at the records yet.
	for _, e := range entries {
		st := m.stat(filepath.Join(dir, e.Name()))
		if !e.Type().IsRegular() || st.Mode&unix.S_IFMT != unix.S_IFREG || st.Nlink != 2 {
			t.Errorf("%q is listed as %v, has mode %o and %d names", e.Name(), e.Type(), st.Mode, st.Nlink)
		}
		inodes[e.Name()] = st.Ino
	}
	for _, id := range ids {
		st := m.stat(m.photo("Contacts", id))
		if st.Nlink != 2 {
			t.Errorf("%d: %d names", id, st.Nlink)
		}
		left[st.Ino] = id
	}
	for _, e := range entries {
		id, ok := left[inodes[e.Name()]]
		if !ok {
			t.Errorf("%q is no photo, or that of another", e.Name())
			continue
		}
		delete(left, inodes[e.Name()])
		if info, err := e.Info(); err != nil || info.Size() != int64(len(s.Photo("Contacts", id))) {
			t.Errorf("%q: %v, %v", e.Name(), info, err)
		}
	}
	if got := m.seen(dir); !slices.Equal(got, sortedNumbers(inodes)) {
		t.Error("the numbers in the directory are not those of the files")
	}
	if n := s.Count(bigintest.KindPhoto); n != len(ids) {
		t.Errorf("%d photo calls, want one for each of %d photos, whatever names it was looked up by", n, len(ids))
	}
	// A copy has no links in it, and a tool that knows of hard links stores each photo once.
	out := filepath.Join(t.TempDir(), "out")
	m.run("cp", "-r", dir, out)
	for _, e := range entries {
		got, err := os.ReadFile(filepath.Join(out, e.Name()))
		if err != nil || !slices.ContainsFunc(ids, func(id int64) bool { return string(s.Photo("Contacts", id)) == string(got) }) {
			t.Errorf("the copy of %q has %d bytes, which are no photo; %v", e.Name(), len(got), err)
		}
	}
	tar := m.sh(`cd "$1"; tar -c Contacts by-name/Contacts | tar -tv | grep -c ' link to '`, m.dir)
	if tar != fmt.Sprintln(len(ids)) {
		t.Errorf("tar found %q second names, want %d", strings.TrimSpace(tar), len(ids))
	}
}

// seen are the numbers that a directory lists, ascending.
func (m *mounted) seen(dir string) []uint64 {
	m.t.Helper()
	var numbers []uint64
	for _, line := range lines(m.run("ls", "-i", "--color=never", dir)) {
		n, err := strconv.ParseUint(strings.Fields(line)[0], 10, 64)
		if err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

func sortedNumbers(m map[string]uint64) []uint64 {
	var numbers []uint64
	for _, n := range m {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}

// What happens in Bigin is seen under both names of a photo.
func TestNamesAsFilesFollowTheRecords(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	ada := s.Add("Contacts", bigintest.Record{Last: "Ada", Photo: photoOf(900, 1)})
	eve := s.Add("Contacts", bigintest.Record{Last: "Eve", Photo: photoOf(901, 2)})
	m := mount(t, s, "--by-name=files", "--attr-ttl", "1s", "--negative-ttl", "1s", "--content-ttl", "1s")
	m.expect("errno=ESTALE", "op=read") // whoever reads a size that was true until just now
	named := func(name string) string { return m.path("by-name", "Contacts", name) }
	same := func(what, name string, id int64) {
		t.Helper()
		want := string(s.Photo("Contacts", id))
		if !within(patience, func() bool {
			a, b := m.try("cat", named(name)), m.try("cat", m.photo("Contacts", id))
			return a.code == 0 && a.out == want && b.code == 0 && b.out == want
		}) {
			t.Errorf("%s: the two names do not come to show the photo", what)
		}
		if a, b := m.stat(named(name)), m.stat(m.photo("Contacts", id)); a.Ino != b.Ino {
			t.Errorf("%s: the two names are the files %d and %d", what, a.Ino, b.Ino)
		}
	}
	gone := func(what, name string) {
		t.Helper()
		if !within(patience, func() bool { return m.try("stat", named(name)).code != 0 }) {
			t.Errorf("%s: %s is still there", what, name)
		}
	}
	same("at first", "Ada.jpg", ada)
	before := m.stat(named("Ada.jpg")).Ino

	s.SetPhoto("Contacts", ada, photoOf(900, 7)) // of the same size
	same("another photo", "Ada.jpg", ada)
	if after := m.stat(named("Ada.jpg")).Ino; after == before {
		t.Error("another photo has the number of the one before")
	}

	before = m.stat(named("Ada.jpg")).Ino
	s.Rename("Contacts", ada, "", "Lovelace")
	same("another name", "Lovelace.jpg", ada)
	gone("another name", "Ada.jpg")
	if after := m.stat(named("Lovelace.jpg")).Ino; after != before {
		t.Error("the same photo has another number under its new name")
	}

	same("the other", "Eve.jpg", eve)
	s.SetPhoto("Contacts", eve, nil)
	gone("a photo less", "Eve.jpg")
	s.SetPhoto("Contacts", eve, photoOf(77, 3))
	same("there again", "Eve.jpg", eve)
	s.Delete("Contacts", eve)
	gone("a record less", "Eve.jpg")
}

func TestByNameChoices(t *testing.T) {
	t.Parallel()
	for choice, want := range map[string]string{"links": "symbolic link", "true": "symbolic link", "files": "regular file", "off": "", "false": ""} {
		t.Run(choice, func(t *testing.T) {
			t.Parallel()
			s, _ := organisation(1, 800)
			m := mount(t, s, "--by-name="+choice)
			name := m.path("by-name", "Contacts", "Ada Lovelace.jpg")
			if want == "" {
				m.fails(name, "ENOENT")
			} else if got := strings.TrimSpace(m.run("stat", "-c", "%F", name)); got != want {
				t.Errorf("a %s, want a %s", got, want)
			}
		})
	}
}
