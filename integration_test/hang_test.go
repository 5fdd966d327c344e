package integration_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// The kernel lets the readers of one name in one after the other. All of them
// are told what the first one waited for, within its time and at its cost.
func TestManyReadersOfWhatFails(t *testing.T) {
	t.Parallel()
	const timeout, readers, most = 2 * time.Second, 20, 5
	for _, c := range []struct {
		name  string
		fault bigintest.Fault
		list  bool
	}{
		{"a photo without an answer", bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", StallHeaders: true}, false},
		{"a photo that stops arriving", bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", StallAfter: 20_000}, false},
		{"a photo that is always cut", bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", CutAfter: 20_000}, false},
		{"a photo with an error", bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", Code: "INTERNAL_ERROR"}, false},
		{"a listing without an answer", bigintest.Fault{Path: "/bigin/v2/Contacts", StallHeaders: true}, true},
		{"a listing with an error", bigintest.Fault{Path: "/bigin/v2/Contacts", Code: "INTERNAL_ERROR"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(300, 600_000)
			m := mount(t, s, "--timeout", timeout.String())
			m.expect("operation failed")
			s.AddFault(c.fault)
			script, path := `for i in $(seq 20); do cat "$1" >/dev/null 2>&1 & done; wait`, m.photo("Contacts", ids[0])
			if c.list {
				script, path = `for i in $(seq 20); do ls "$1" >/dev/null 2>&1 & done; wait`, m.path("Contacts")
			}
			begun := time.Now()
			m.sh(script, path)
			if spent := time.Since(begun); spent > timeout+1500*time.Millisecond {
				t.Errorf("%d readers took %v with --timeout %v", readers, spent, timeout)
			}
			if n := s.Calls(); n > most {
				t.Errorf("%d readers cost %d calls, want %d at most", readers, n, most)
			}
			s.ClearFaults()
			if c.list {
				eventually(t, "a moment later all is listed", func() bool { return m.errnoOfList(path) == "OK 300" })
			} else {
				eventually(t, "a moment later the photo is there", func() bool { return m.errnoOf(path) == "OK 600000" })
			}
		})
	}
}

// inTime does what longest-call does with a file, and checks that no system call
// took longer than an operation may.
func (m *mounted) inTime(timeout time.Duration, what, file string) {
	m.t.Helper()
	spent, err := time.ParseDuration(strings.TrimSpace(m.run("longest-call", what, file)))
	if err != nil {
		m.t.Fatal(err)
	}
	if spent > timeout+500*time.Millisecond {
		m.t.Errorf("%s took %v with --timeout %v", what, spent, timeout)
	}
}

// An operation takes no longer than it may, whatever it needs inside: a record
// and its photo past their time, or a listing.
func TestOneDeadlineForAnOperation(t *testing.T) {
	t.Parallel()
	const timeout = 2 * time.Second
	for what, path := range map[string]string{"everything": "/bigin/v2/*/*", "photos": "/bigin/v2/*/*/photo", "listings": "/bigin/v2/*"} {
		for _, listed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s hang, listed %v", what, listed), func(t *testing.T) {
				t.Parallel()
				s, ids := organisation(500, 3000)
				m := mount(t, s, "--timeout", timeout.String(), "--attr-ttl", "100ms", "--content-ttl", "100ms", "--negative-ttl", "100ms", "--unchanged-ttl", "0")
				m.expect("operation failed")
				if listed {
					m.run("ls", m.path("Contacts"))
				}
				photo := m.photo("Contacts", ids[0])
				m.run("cat", photo)
				time.Sleep(200 * time.Millisecond) // all is past its time
				for _, p := range []string{path, path + "/*", "/bigin/v2/*"} {
					if what != "photos" || p == path {
						s.AddFault(bigintest.Fault{Path: p, StallHeaders: true})
					}
				}
				s.ResetLog()
				for _, what := range []string{"stat", "list", "read"} {
					m.inTime(timeout, what, photo)
				}
			})
		}
	}
}

// A directory is read page by page: however much a program has room for, no read
// waits for more than it must. Where only records without a photo come, which have
// no names to show, a read ends in time and the next goes on from there.
func TestSlowPages(t *testing.T) {
	t.Parallel()
	const timeout = 2 * time.Second
	for _, c := range []struct {
		dir     string
		without int // as of add
		names   int
	}{
		{"Contacts", 0, 900},
		{"by-name/Contacts", 0, 900},
		{"by-name/Contacts", 1, 0},
	} {
		t.Run(fmt.Sprintf("%s, %d names", c.dir, c.names), func(t *testing.T) {
			t.Parallel()
			s := &bigintest.Server{Behaviour: bigintest.Behaviour{PageLatency: 700 * time.Millisecond}}
			add(s, "Contacts", 900, 600, c.without)
			m := mount(t, s, "--timeout", timeout.String())
			m.expect("operation failed", "op=list", "ETIMEDOUT")
			m.inTime(timeout, "list", m.path(c.dir, "any"))
			if seen, text := m.status(); c.names == 0 && (len(seen.Failures) == 0 || !strings.Contains(seen.Failures[0].Error, "records without a photo")) {
				t.Errorf("status does not say what the read waited for:\n%s", text)
			}
			eventually(t, "all names are there", func() bool {
				return m.errnoOfList(m.path(c.dir)) == fmt.Sprint("OK ", c.names)
			})
			if n := s.Count(bigintest.KindList); n > 6 {
				t.Errorf("%d pages were asked for", n)
			}
		})
	}
}

// To find a record by its name and then its photo is one operation.
func TestOneDeadlineForANameAndItsPhoto(t *testing.T) {
	t.Parallel()
	const timeout = 2 * time.Second
	s := &bigintest.Server{Behaviour: bigintest.Behaviour{PageLatency: 700 * time.Millisecond}}
	add(s, "Contacts", 300, 600, 0)
	s.Add("Contacts", bigintest.Record{First: "Grace", Last: "Hopper", Photo: photoOf(600, 1000)})
	s.AddFault(bigintest.Fault{Kind: bigintest.KindPhoto, StallHeaders: true})
	m := mount(t, s, "--by-name", "files", "--timeout", timeout.String())
	m.expect("operation failed")
	m.inTime(timeout, "stat", m.path("by-name/Contacts/Grace Hopper.jpg"))
	if s.Count(bigintest.KindPhoto) == 0 {
		t.Error("the photo was not asked for")
	}
}

// Whoever looks at a photo does not wait for those who read it: the kernel drops
// what it keeps of a photo past its time only when it is not being read.
func TestLookDoesNotWaitForARead(t *testing.T) {
	t.Parallel()
	const timeout = 10 * time.Second
	s, ids := organisation(300, 700_000)
	m := mount(t, s, "--timeout", timeout.String(), "--attr-ttl", "1s", "--content-ttl", "1s", "--cache-size", "1MiB")
	m.expect("operation failed")
	path := m.photo("Contacts", ids[0])
	m.run("ls", m.path("Contacts"))
	m.run("cat", path)
	m.run("cat", m.photo("Contacts", ids[1])) // memory holds one photo
	time.Sleep(1100 * time.Millisecond)       // past the time of what is known
	m.run("stat", path)
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", StallHeaders: true})
	m.ResetLog()
	read := make(chan string, 1)
	go func() { read <- m.errnoOf(path) }()
	eventually(t, "the photo is asked for", func() bool { return s.Count(bigintest.KindPhoto) > 0 })
	time.Sleep(1100 * time.Millisecond)
	begun := time.Now()
	m.run("stat", path)
	if spent := time.Since(begun); spent > timeout/3 {
		t.Errorf("a look took %v while another read the photo", spent)
	}
	select {
	case got := <-read:
		t.Errorf("the read was over before: %s", got)
	default:
	}
	s.ClearFaults()
	if got := <-read; got != "OK 700000" {
		t.Errorf("the read: %s", got)
	}
}
