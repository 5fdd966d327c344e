package integration_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// remount ends a mount and mounts again at the same site, as after a night: the
// server counts from here.
func (m *mounted) remount(flags ...string) *mounted {
	m.t.Helper()
	m.stop()
	m.ResetLog()
	return m.site.mount(flags...)
}

// rsync copies the mount, and returns the files that it found changed.
func (m *mounted) rsync(out string) (changed []string) {
	m.t.Helper()
	for _, line := range lines(m.run("rsync", "-a", "--itemize-changes", m.dir+"/", out+"/")) {
		if what, file, ok := strings.Cut(line, " "); ok && strings.HasPrefix(what, ">f") {
			changed = append(changed, file)
		}
	}
	return changed
}

// copiedTo is a directory for a copy.
func copiedTo(m *mounted) string {
	m.t.Helper()
	out := filepath.Join(m.t.TempDir(), "out")
	m.t.Cleanup(func() { m.try("chmod", "-R", "u+rwX", out) })
	return out
}

func (s *site) wantPhotoCalls(what string, want int) {
	s.t.Helper()
	if n := s.Count(bigintest.KindPhoto); n != want {
		s.t.Errorf("%s: %d photos were fetched, want %d", what, n, want)
	}
}

// The second look at an account that did not change costs no photo; the change
// of one costs one.
func TestSecondRsync(t *testing.T) {
	t.Parallel()
	need.Program(t, "rsync")
	const n = 300
	s, ids := organisation(n, 20_000)
	m := mount(t, s)
	out := copiedTo(m)
	if changed := m.rsync(out); len(changed) != n {
		t.Errorf("the first run copied %d files, want %d", len(changed), n)
	}
	m.wantPhotoCalls("first rsync", n)

	m = m.remount()
	if changed := m.rsync(out); len(changed) != 0 {
		t.Errorf("the second run copied %d files: %q", len(changed), changed[0])
	}
	m.wantPhotoCalls("second rsync", 0)

	m = m.remount()
	m.run("ls", "-lR", m.dir)
	m.run("du", "-s", m.dir)
	m.run("find", m.dir, "-type", "f", "-size", "+1k", "-printf", "%s %t\n")
	if got := m.run("find", "-L", m.path("by-name", "Contacts"), "-type", "f", "-size", "-30000c"); len(lines(got)) != n {
		t.Errorf("find sees %d photos by name, want %d", len(lines(got)), n)
	}
	m.wantPhotoCalls("ls, du and find", 0)

	s.SetPhoto("Contacts", ids[77], photoOf(21_000, 4711))
	m = m.remount()
	if changed := m.rsync(out); len(changed) != 1 || changed[0] != fmt.Sprintf("Contacts/%d/photo.jpg", ids[77]) {
		t.Errorf("after a change %q were copied, want that of %d", changed, ids[77])
	}
	m.wantPhotoCalls("rsync after a change", 1)
	if got := checkCopy(t, s, out); got != n {
		t.Errorf("%d photos are as they should be, want %d", got, n)
	}

	s.SetPhoto("Contacts", ids[78], nil)
	s.Delete("Contacts", ids[79])
	m = m.remount()
	m.run("rsync", "-a", "--delete", m.dir+"/", out+"/")
	m.wantPhotoCalls("rsync after two photos went", 0)
	if got := checkCopy(t, s, out); got != n-2 {
		t.Errorf("%d photos are as they should be, want %d", got, n-2)
	}
	if _, err := os.Stat(filepath.Join(out, "Contacts", fmt.Sprint(ids[79]))); !os.IsNotExist(err) {
		t.Errorf("what was deleted is still there: %v", err)
	}
}

// reads reads a photo whose remembered size may be out of date. The reader must
// get the photo of now; before that ESTALE at most once, and nothing else ever.
func (m *mounted) reads(id int64) {
	m.t.Helper()
	copied := filepath.Join(m.t.TempDir(), "copy")
	got := lines(m.run("read-until-whole", m.photo("Contacts", id), copied))
	want := m.Photo("Contacts", id)
	if len(got) == 2 && got[0] == "ESTALE" {
		got = got[1:]
	}
	if n := len(want); len(got) != 1 || got[0] != fmt.Sprintf("%d %d %d", n, n, n) {
		m.t.Errorf("reading %d gave %q, want ESTALE at most once and then %d bytes", id, got, n)
		return
	}
	if b, err := os.ReadFile(copied); err != nil || !bytes.Equal(b, want) {
		m.t.Errorf("reading %d gave %d bytes that are not the photo; %v", id, len(b), err)
	}
}

// Bigin may change a photo without a trace in the record. Then the size that is
// remembered is wrong, and must not make a file short, padded or torn.
func TestRememberedSizeThatIsWrong(t *testing.T) {
	t.Parallel()
	for _, chunked := range []bool{false, true} {
		t.Run(fmt.Sprintf("chunked %v", chunked), func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(40, 60_000)
			s.Behaviour.UploadKeepsImage, s.Behaviour.UploadKeepsModifiedTime, s.Behaviour.Chunked = true, true, chunked
			m := mount(t, s)
			out := copiedTo(m)
			m.rsync(out)
			s.SetPhoto("Contacts", ids[3], photoOf(59_999, 1))  // shorter
			s.SetPhoto("Contacts", ids[9], photoOf(700, 2))     // by far
			s.SetPhoto("Contacts", ids[15], photoOf(60_001, 3)) // longer
			s.SetPhoto("Contacts", ids[21], photoOf(300_000, 4))
			s.SetPhoto("Contacts", ids[27], photoOf(60_000, 5)) // other bytes
			s.SetPhoto("Contacts", ids[33], nil)

			m = m.remount()
			m.expect("op=read", "errno=ESTALE")
			m.run("ls", "-lR", m.path("Contacts"))
			m.wantPhotoCalls("ls", 0)
			for _, i := range []int{3, 9, 15, 21, 27, 39} {
				m.reads(ids[i])
			}
			m.wantPhotoCalls("reading six photos", 6)
			if got := m.errnoOf(m.photo("Contacts", ids[33])); got != "ENOENT" {
				t.Errorf("a photo that is no more: %s, want ENOENT", got)
			}
			if got := m.errnoOf(m.photo("Contacts", ids[33])); got != "ENOENT" {
				t.Errorf("a photo that is no more, again: %s, want ENOENT", got)
			}
			// What was found out is remembered in turn.
			m = m.remount()
			m.run("ls", "-lR", m.path("Contacts"))
			m.wantPhotoCalls("ls again", 0)
			for _, i := range []int{3, 9, 15, 21, 27, 39} {
				m.reads(ids[i])
			}
			if len(m.warnings()) != 0 {
				t.Errorf("the sizes are wrong again: %q", m.warnings())
			}
		})
	}
}

// The size of a photo is what its download announces first. What never came whole
// is no version, so the next reader must not be told of a change.
func TestAnnouncedSizeIsForgotten(t *testing.T) {
	t.Parallel()
	s, ids := organisation(3, 60_000)
	m := mount(t, s)
	m.expect("errno=EIO")
	photo := m.photo("Contacts", ids[1])
	m.AddFault(bigintest.Fault{Kind: bigintest.KindPhoto, Length: announced})
	if got := m.errnoOf(photo); got != "EIO" {
		t.Errorf("a photo that does not come whole: %s, want EIO", got)
	}
	m.ClearFaults()
	eventually(t, "the photo is there", func() bool {
		got := m.errnoOf(photo)
		if got == "ESTALE" {
			t.Error("ESTALE for a photo that did not change")
		}
		return strings.HasPrefix(got, "OK ")
	})
	m.reads(ids[1])
}

// A reader of a whole tree gets whole files or an error, never something else.
func TestCopyWithWrongSizes(t *testing.T) {
	t.Parallel()
	s, ids := organisation(60, 30_000)
	s.Behaviour.UploadKeepsImage, s.Behaviour.UploadKeepsModifiedTime = true, true
	m := mount(t, s)
	m.rsync(copiedTo(m))
	for i, id := range ids {
		s.SetPhoto("Contacts", id, photoOf(29_000+50*i, uint64(1000+i)))
	}
	m = m.remount()
	m.expect("op=read", "errno=ESTALE")
	out := copiedTo(m)
	r := m.try("cp", "-r", m.path("Contacts"), out)
	failed := strings.Count(r.stderr, "Stale file handle")
	if failed == 0 || r.code != 1 || failed != len(lines(r.stderr)) {
		t.Errorf("cp ended with %d: %s", r.code, r.stderr)
	}
	good := 0
	for _, id := range ids {
		b, err := os.ReadFile(filepath.Join(out, fmt.Sprint(id), "photo.jpg"))
		switch {
		case err == nil && bytes.Equal(b, s.Photo("Contacts", id)):
			good++
		case err == nil && len(b) > 0:
			t.Errorf("the copy of %d has %d bytes and is not the photo", id, len(b))
		}
	}
	if good+failed != len(ids) {
		t.Errorf("of %d photos %d were copied and %d refused", len(ids), good, failed)
	}
	m.sh(`chmod -R u+w "$1"; rm -r "$1"`, out)
	m.run("cp", "-r", m.path("Contacts"), out)
	for _, id := range ids {
		if b, err := os.ReadFile(filepath.Join(out, fmt.Sprint(id), "photo.jpg")); err != nil || !bytes.Equal(b, s.Photo("Contacts", id)) {
			t.Errorf("the second copy of %d has %d bytes and is not the photo; %v", id, len(b), err)
		}
	}
}

// indexFile is where the program keeps what it knows of the contacts.
func (s *site) indexFile() string {
	return filepath.Join(s.home, "state", "biginfs", "default.Contacts.index")
}

func TestIndexFileIsPrivate(t *testing.T) {
	t.Parallel()
	s, _ := organisation(50, 2000)
	m := mount(t, s)
	m.run("ls", "-lR", m.path("Contacts"))
	m.stop()
	info, err := os.Stat(m.indexFile())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v, want mode 0600", info, err)
	}
}

// A file that is broken costs calls, and nothing of it is believed.
func TestIndexFileIsNotTrusted(t *testing.T) {
	t.Parallel()
	s, ids := organisation(20, 2000)
	m := mount(t, s)
	m.run("ls", "-lR", m.path("Contacts"))
	m.stop()
	good, err := os.ReadFile(m.indexFile())
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string][]byte{
		"garbage":    bytes.Repeat([]byte{0, 1, 0xff, '\n'}, 1000),
		"cut":        good[:len(good)/2],
		"other type": bytes.ReplaceAll(good, []byte("image/"), []byte("audio/")),
		"other name": bytes.ReplaceAll(good, []byte("Lovelace"), []byte("Lovelass")),
		"longer":     append(bytes.Clone(good), good...),
		"a picture":  photoOf(5000, 1),
		"nothing":    nil,
	} {
		if err := os.WriteFile(m.indexFile(), text, 0o600); err != nil {
			t.Fatal(err)
		}
		m = m.site.mount()
		m.expect("is built again")
		m.run("ls", "-lR", m.path("Contacts"))
		for _, id := range ids[:6] {
			m.reads(id)
		}
		m.stop()
		if t.Failed() {
			t.Fatal(what)
		}
	}
}

func TestSizesAreNotRemembered(t *testing.T) {
	t.Parallel()
	s, _ := organisation(10, 2000)
	m := mount(t, s, "--remember=false")
	for range 2 {
		m.run("ls", "-lR", m.path("Contacts"))
		m.wantPhotoCalls("ls", 10)
		m = m.remount("--remember=false")
	}
	if _, err := os.Stat(m.indexFile()); !os.IsNotExist(err) {
		t.Errorf("there is a file: %v", err)
	}
}

// Where Record_Image is another string each time, sizes cannot be remembered,
// and nothing else is wrong.
func TestSizesOfVolatileImages(t *testing.T) {
	t.Parallel()
	need.Program(t, "rsync")
	s, ids := organisation(40, 20_000)
	s.Behaviour.VolatileImage = true
	m := mount(t, s, "--attr-ttl", "1s")
	out := copiedTo(m)
	for range 2 {
		m.rsync(out)
		if got := checkCopy(t, s, out); got != len(ids) {
			t.Errorf("%d photos are as they should be, want %d", got, len(ids))
		}
		m = m.remount("--attr-ttl", "1s")
	}
	m.rsync(out)
	s.SetPhoto("Contacts", ids[5], photoOf(21_000, 4711))
	m.remount().rsync(out)
	if got := checkCopy(t, s, out); got != len(ids) {
		t.Errorf("%d photos are as they should be, want %d", got, len(ids))
	}
}
