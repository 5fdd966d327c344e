package integration_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// The first bytes of a large photo are there while the server still holds the
// rest. When that comes late, and by way of a second request since the
// connection broke, the reader has the whole photo all the same.
func TestHeadComesBeforeTheRest(t *testing.T) {
	t.Parallel()
	const size = 5 << 20
	s, ids := organisation(2, size)
	m := mount(t, s)
	s.AddFault(bigintest.Fault{Path: fmt.Sprintf("/bigin/v2/Contacts/%d/photo", ids[0]), StallAfter: size / 10})
	r := m.begin("read-in-pieces", m.photo("Contacts", ids[0]))
	if got := r.hear(); got != "head 4096" {
		t.Fatalf("the reader says %q while the server holds the rest", got)
	}
	if got := m.run("stat", "-c", "%s", m.photo("Contacts", ids[0])); got != fmt.Sprintln(size) {
		t.Errorf("the size is %s before all of it has come", got)
	}
	r.goOn()
	s.ClearFaults()
	want := fmt.Sprintf("%s %d", md5Of(s.Photo("Contacts", ids[0])), size)
	if got := r.hear(); got != want {
		t.Errorf("the reader got %q, want %q", got, want)
	}
	if code := r.end(); code != 0 {
		t.Errorf("the reader ended with %d: %s", code, r.stderr.String())
	}
}

// A connection that is slow but not dead is waited for, however much longer than the
// time limit of an operation the whole takes.
func TestSlowLine(t *testing.T) {
	t.Parallel()
	const size = 300_000
	s, ids := organisation(1, size)
	s.Behaviour.Bandwidth = 150_000
	m := mount(t, s, "--timeout", "1s")
	if got := m.run("cat", m.photo("Contacts", ids[0])); got != string(s.Photo("Contacts", ids[0])) {
		t.Errorf("%d bytes came, want %d", len(got), size)
	}
	if n := s.Count(bigintest.KindPhoto); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

// Readers who come while the photo is on its way share it.
func TestReadersShareASlowDownload(t *testing.T) {
	t.Parallel()
	const size = 400_000
	s, ids := organisation(1, size)
	s.Behaviour.Bandwidth = 1_000_000
	m := mount(t, s)
	var readers []*running
	for i := range 6 {
		readers = append(readers, m.begin("md5sum", m.photo("Contacts", ids[0])))
		if i == 0 {
			eventually(t, "the download has begun", func() bool { return s.Count(bigintest.KindPhoto) == 1 })
		}
	}
	for _, r := range readers {
		if got := r.hear(); !strings.HasPrefix(got, md5Of(s.Photo("Contacts", ids[0]))) {
			t.Errorf("a reader got %q", got)
		}
		r.end()
	}
	if n := s.Count(bigintest.KindPhoto); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}
