package integration_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

// The cache keeps within its size, and so does the program.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	server, _ := organisation(200, 1<<20)
	s := newSite(t, server)
	s.withoutRaceDetector()
	m := s.mount("--cache-size", "16MiB")
	m.run("ls", m.path("Contacts"))
	before := m.peak()
	m.sh(`cat "$1"/*/photo.jpg | wc -c`, m.path("Contacts"))
	after := m.peak()
	t.Logf("the peak was %d MiB before and %d MiB after 200 MiB of photos", before>>20, after>>20)
	// The cache, as much again before the garbage is collected, and ten photos
	// on their way.
	if most := int64(80 << 20); after > most {
		t.Errorf("the peak is %d MiB, want at most %d MiB", after>>20, most>>20)
	}
}

// Also while programs keep all the photos open.
func TestMemoryWithOpenFiles(t *testing.T) {
	t.Parallel()
	server, _ := organisation(120, 1<<20)
	s := newSite(t, server)
	s.withoutRaceDetector()
	m := s.mount("--cache-size", "16MiB")
	m.run("hold-all", m.path("Contacts"))
	if peak := m.peak(); peak > 80<<20 {
		t.Errorf("the peak is %d MiB, want at most 80 MiB", peak>>20)
	}
}

var highWater = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// peak is the most memory that the program ever had resident, in bytes.
func (m *mounted) peak() int64 {
	m.t.Helper()
	status, err := os.ReadFile(m.proc("status"))
	if err != nil {
		m.t.Fatal(err)
	}
	found := highWater.FindSubmatch(status)
	if found == nil {
		m.t.Fatalf("no VmHWM in %s", status)
	}
	kB, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		m.t.Fatal(err)
	}
	return kB << 10
}
