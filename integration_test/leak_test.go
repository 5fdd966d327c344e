package integration_test

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// After a thousand reads, with some trouble among them, there are no more
// goroutines than after a few, and no more file descriptors than at the start.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	few, many := goroutinesAfter(t, 20), goroutinesAfter(t, times(1000))
	t.Logf("%d goroutines after 20 reads, %d after %d", len(few), len(many), times(1000))
	if len(many) > len(few)+2 {
		t.Errorf("%d goroutines after %d reads, %d after 20:\n%s", len(many), times(1000), len(few), strings.Join(many, "\n"))
	}
}

// goroutinesAfter mounts, reads that many photos, of which some fail or are given
// up, and returns the stacks of what is left when all is quiet.
func goroutinesAfter(t *testing.T, n int) []string {
	t.Helper()
	server, ids := organisation(n, 3000)
	s := newSite(t, server)
	s.env = []string{"GOTRACEBACK=all"}
	m := s.mount("--concurrency", "4", "--cache-size", "100KiB")
	start := m.descriptors()
	m.expect("operation failed", "NO_PERMISSION")
	m.sh(`ls "$1" >/dev/null; cat "$1"/*/photo.jpg | wc -c`, m.path("Contacts"))
	m.trouble(n/20, ids)
	m.sh(`cat "$1"/*/photo.jpg | wc -c`, m.path("Contacts"))

	eventually(t, "the server has no request left", func() bool { return s.inFlight.Load() == 0 })
	s.endpoint.Disconnect(bigintest.FIN)
	eventually(t, "the file descriptors are gone", func() bool { return m.descriptors() <= start })
	return m.stacks()
}

// stacks ends the program and returns the stacks of its goroutines. It was begun
// with GOTRACEBACK=all.
func (m *mounted) stacks() (stacks []string) {
	m.t.Helper()
	m.signal(syscall.SIGQUIT) // has the runtime write the stacks, and end
	m.wait()
	for _, part := range strings.Split(m.log.String(), "\n\n") {
		// Threads that wait for the kernel come and go.
		if strings.HasPrefix(part, "goroutine ") && !strings.Contains(part, "readRequest(") {
			stacks = append(stacks, part)
		}
	}
	if len(stacks) == 0 {
		m.t.Fatalf("no stacks in what it wrote:\n%s", m.log)
	}
	return stacks
}

// trouble makes that many reads fail, and some readers give up.
func (m *mounted) trouble(n int, ids []int64) {
	m.t.Helper()
	m.AddFault(bigintest.Fault{Path: "/bigin/v2/Products/*/photo", Code: "NO_PERMISSION"})
	for i := range n {
		m.errnoOf(m.photo("Products", ids[0]+int64(i)))
	}
	m.AddFault(bigintest.Fault{Path: "/bigin/v2/Accounts/*/photo", StallHeaders: true})
	for i := range n/5 + 1 {
		r := m.begin("cat", m.photo("Accounts", ids[0]+int64(i)))
		eventually(m.t, "it waits in the file system", r.waits)
		r.signal(syscall.SIGINT)
		r.end()
	}
	m.ClearFaults()
}

// descriptors counts the file descriptors of the program.
func (m *mounted) descriptors() int {
	m.t.Helper()
	list, err := os.ReadDir(m.proc("fd"))
	if err != nil {
		m.t.Fatal(err)
	}
	return len(list)
}
