package integration_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"golang.org/x/sys/unix"
)

// messages is how many times the kernel asked the program for something. While
// the program is idle otherwise, nothing else makes it read.
func (m *mounted) messages() int {
	m.t.Helper()
	text, err := os.ReadFile(m.proc("io"))
	if err != nil {
		m.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var n int
		if _, err := fmt.Sscanf(line, "syscr: %d", &n); err == nil {
			return n
		}
	}
	m.t.Fatalf("no count of reads in %q", text)
	return 0
}

// ls asks each file for its security context and its ACLs, and newer ones list
// all attributes, until a file says that there are no such things here: then ls
// asks no other file of the mount.
func TestLongListingAsksOnce(t *testing.T) {
	t.Parallel()
	const records = 400
	s, _ := organisation(records, 2000)
	m := mount(t, s)
	m.run("ls", "-l", m.path("Contacts"))
	eventually(t, "nothing is fetched any more", func() bool { return m.inFlight.Load() == 0 })
	for _, list := range []string{`ls -l "$1"`, `cd "$1"; ls -l`} {
		before := m.messages()
		if n := len(lines(m.sh(list, m.path("Contacts")))); n != records+1 {
			t.Fatalf("%s: %d lines", list, n)
		}
		if n := m.messages() - before; n > records/4 {
			t.Errorf("%s of %d records made the kernel ask %d times", list, records, n)
		}
	}
}

// What a file says of attributes that are not ours ends the questions: that
// there are no such attributes on this file system. ENODATA would have the next
// file asked, and ENOSYS would have the kernel never ask for ours again.
func TestForeignAttributesAreNotSupported(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2000)
	m := mount(t, s)
	m.run("ls", m.path("by-name", "Contacts"))
	photo := m.photo("Contacts", ids[0])
	files := []string{m.dir, m.path("Contacts"), m.path("Contacts", fmt.Sprint(ids[0])), photo,
		m.path("Companies"), m.path("by-name"), m.path("by-name", "Contacts"), m.path("by-name", "Contacts", "Ada Lovelace.jpg"), m.path(".xdg-volume-info")}
	for range 2 { // an answer must not change what the kernel asks later
		for _, file := range files {
			for _, name := range []string{"security.selinux", "security.capability", "security.ima", "system.posix_acl_access",
				"system.posix_acl_default", "system.nfs4_acl"} {
				if _, err := unix.Lgetxattr(file, name, nil); !errors.Is(err, syscall.EOPNOTSUPP) {
					t.Errorf("%s of %s: %v, want EOPNOTSUPP", name, file, err)
				}
			}
			n, err := unix.Llistxattr(file, nil)
			if file == photo {
				if err != nil || n == 0 {
					t.Errorf("the attributes of a photo are %d bytes, %v", n, err)
				}
			} else if !errors.Is(err, syscall.EOPNOTSUPP) {
				t.Errorf("listing the attributes of %s: %d, %v, want EOPNOTSUPP", file, n, err)
			}
		}
		if _, err := unix.Lgetxattr(photo, "user.nothing", nil); !errors.Is(err, syscall.ENODATA) {
			t.Errorf("a fact that there is not: %v, want ENODATA", err)
		}
		for file, want := range map[string]string{photo: "user.mime_type", m.path("Contacts", fmt.Sprint(ids[0])): "user.bigin.record_id"} {
			if n, err := unix.Lgetxattr(file, want, nil); err != nil || n == 0 {
				t.Errorf("%s of %s: %d bytes, %v", want, file, n, err)
			}
		}
	}
}

// attributes are the names that a file lists.
func (m *mounted) attributes(file string) []string {
	m.t.Helper()
	list := make([]byte, 4096)
	n, err := unix.Llistxattr(file, list)
	if err != nil {
		m.t.Fatal(&os.PathError{Op: "listxattr", Path: file, Err: err})
	}
	names := strings.Split(strings.TrimSuffix(string(list[:n]), "\x00"), "\x00")
	slices.Sort(names)
	return names
}

// A backup of an account that did not change finds the attributes that it
// found before: whether a photo was looked at by id before anything was listed,
// was fetched just now, is in the cache, or has been known since another mount.
func TestListedAttributesStayTheSame(t *testing.T) {
	t.Parallel()
	s, ids := organisation(2, 2000)
	want := []string{"user.bigin.module", "user.bigin.record_id", "user.mime_type"}
	see := func(m *mounted, when string) {
		t.Helper()
		if got := m.attributes(m.photo("Contacts", ids[0])); !slices.Equal(got, want) {
			t.Errorf("%s: a photo lists %q, want %q", when, got, want)
		}
	}
	first := mount(t, s)
	see(first, "nothing was listed yet")
	first.run("ls", first.path("Contacts"))
	see(first, "its record was listed")
	first.run("cat", first.photo("Contacts", ids[0]))
	see(first, "read")
	first.stop()
	m := first.site.mount()
	see(m, "after a remount")
	m.run("ls", m.path("Contacts"))
	see(m, "only its size is remembered")
	m.run("cat", m.photo("Contacts", ids[0]))
	see(m, "read after a remount")
	// The rest is there for whoever asks for it.
	for _, name := range otherFacts {
		if n, err := unix.Lgetxattr(m.photo("Contacts", ids[0]), "user."+name, nil); err != nil || n == 0 {
			t.Errorf("user.%s: %d bytes, %v", name, n, err)
		}
	}
}

// The first ls -l of records that were listed asks for the attributes of many
// at once, not for those of each.
func TestFirstLongListing(t *testing.T) {
	t.Parallel()
	const records = 4000
	s, _ := organisation(records, 0)
	m := mount(t, s)
	m.run("ls", m.path("Contacts"))
	eventually(t, "nothing is fetched any more", func() bool { return m.inFlight.Load() == 0 })
	before := m.messages()
	if n := len(lines(m.run("ls", "-l", m.path("Contacts")))); n != records+1 {
		t.Fatalf("%d lines", n)
	}
	if n := m.messages() - before; n > records/2 {
		t.Errorf("ls -l of %d records made the kernel ask %d times", records, n)
	}
	if n := s.Count(bigintest.KindPhoto); n != 0 {
		t.Errorf("%d photos were fetched", n)
	}
}
