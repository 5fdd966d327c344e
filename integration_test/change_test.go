package integration_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// inode is the number of the file that a name leads to at present.
func (m *mounted) inode(path string) uint64 {
	m.t.Helper()
	n, err := strconv.ParseUint(strings.TrimSpace(m.run("stat", "-c", "%i", path)), 10, 64)
	if err != nil {
		m.t.Fatal(err)
	}
	return n
}

// Within its time to live a photo stays what it was, for all who ask.
func TestPhotoIsBelievedForItsTime(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 30_000)
	m := mount(t, s, "--attr-ttl", "1h", "--content-ttl", "1h")
	photo := m.photo("Contacts", ids[0])
	old, inode := m.run("cat", photo), m.inode(photo)
	s.SetPhoto("Contacts", ids[0], photoOf(40_000, 77))
	m.costs("what is believed", 0, 0, 0, func() {
		if m.run("cat", photo) != old || m.inode(photo) != inode {
			t.Error("a photo has changed before its time")
		}
	})
}

// After that, another photo is another file: with its own number, size and
// bytes, whether the record tells of the change or not.
func TestNewPhotoIsANewFile(t *testing.T) {
	t.Parallel()
	for _, b := range []struct {
		name string
		bigintest.Behaviour
	}{
		{"the record tells", bigintest.Behaviour{}},
		{"the record keeps its time", bigintest.Behaviour{UploadKeepsModifiedTime: true}},
		{"the record tells nothing", bigintest.Behaviour{UploadKeepsModifiedTime: true, UploadKeepsImage: true}},
	} {
		for _, size := range []int{30_000, 50_000} {
			for _, listed := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %d bytes, listed %v", b.name, size, listed), func(t *testing.T) {
					t.Parallel()
					s, ids := organisation(1, 30_000)
					s.Behaviour = b.Behaviour
					m := mount(t, s, "--attr-ttl", "500ms", "--content-ttl", "500ms", "--unchanged-ttl", "0")
					if listed {
						m.run("ls", m.path("Contacts"))
					}
					photo := m.photo("Contacts", ids[0])
					m.run("cat", photo)
					inode := m.inode(photo)
					s.SetPhoto("Contacts", ids[0], photoOf(size, 77))
					want := string(s.Photo("Contacts", ids[0]))
					eventually(t, "the new photo is shown", func() bool { return m.run("cat", photo) == want })
					if m.inode(photo) == inode {
						t.Error("another photo has the number of the one before")
					}
					if got := m.run("stat", "-c", "%s", photo); got != fmt.Sprintln(size) {
						t.Errorf("its size is %s, want %d", got, size)
					}
				})
			}
		}
	}
}

// The same photo, fetched again, stays the same file, so that what programs
// remember of it holds.
func TestUnchangedPhotoKeepsItsInode(t *testing.T) {
	t.Parallel()
	for _, listed := range []bool{false, true} {
		t.Run(fmt.Sprintf("listed %v", listed), func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(1, 30_000)
			s.Behaviour.VolatileImage = true
			m := mount(t, s, "--attr-ttl", "200ms", "--content-ttl", "200ms", "--unchanged-ttl", "0")
			if listed {
				m.run("ls", m.path("Contacts"))
			}
			photo := m.photo("Contacts", ids[0])
			old, inode := m.run("cat", photo), m.inode(photo)
			for n := 2; n <= 4; n++ {
				eventually(t, "it is fetched again", func() bool {
					if m.run("cat", photo) != old || m.inode(photo) != inode {
						t.Fatal("the same photo is another file")
					}
					return m.photoCalls(ids[0]) >= n
				})
			}
		})
	}
}

// A photo that is removed is gone after its time, and one that comes is there.
func TestPhotoComesAndGoes(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 30_000)
	m := mount(t, s, "--attr-ttl", "300ms", "--content-ttl", "300ms", "--negative-ttl", "300ms")
	photo, dir := m.photo("Contacts", ids[0]), m.path("Contacts", fmt.Sprint(ids[0]))
	m.run("ls", m.path("Contacts"))
	m.run("cat", photo)
	for range 2 {
		s.SetPhoto("Contacts", ids[0], nil)
		eventually(t, "the photo is gone", func() bool { return m.errnoOf(photo) == "ENOENT" && m.run("ls", dir) == "" })
		s.SetPhoto("Contacts", ids[0], photoOf(20_000, 5))
		eventually(t, "the photo is there", func() bool {
			return m.errnoOf(photo) == "OK 20000" && m.run("ls", dir) == "photo.jpg\n"
		})
	}
	s.Delete("Contacts", ids[0])
	eventually(t, "the record is gone", func() bool { return m.errnoOfList(dir) == "ENOENT" && m.run("ls", m.path("Contacts")) == "" })
}

// A file that is open shows one photo: the rest of the old one, or an error,
// and never a piece of another.
func TestOpenFileNeverTears(t *testing.T) {
	t.Parallel()
	const size = 900_000
	for _, n := range []int{size, size + 4096} {
		t.Run(fmt.Sprintf("%d bytes after %d", n, size), func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(1, size)
			m := mount(t, s, "--attr-ttl", "300ms", "--content-ttl", "300ms")
			photo := m.photo("Contacts", ids[0])
			r := m.begin("read-while-new", photo)
			r.hear()
			old := s.Photo("Contacts", ids[0])
			s.SetPhoto("Contacts", ids[0], photoOf(n, 78))
			want := string(s.Photo("Contacts", ids[0]))
			eventually(t, "others see the new photo", func() bool { return m.run("cat", photo) == want })
			m.expect("errno=ESTALE")
			r.goOn()
			if got := r.hear(); got != md5Of(old) && got != "ESTALE" {
				t.Errorf("the open file showed %q, which is neither the old photo nor ESTALE", got)
			}
		})
	}
}
