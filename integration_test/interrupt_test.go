package integration_test

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// stalls are the two places where a reader can be held up: when it looks the
// photo up, and when it reads.
var stalls = []struct {
	name  string
	fault bigintest.Fault
}{
	{"in the lookup", bigintest.Fault{StallHeaders: true}},
	{"in the read", bigintest.Fault{StallAfter: 20_000}},
}

// soon is more than enough for a program that is told to end, and less than the
// time after which the file system gives up by itself.
const soon = 5 * time.Second

// endsSoon checks that a tool has been ended by the signal.
func (r *running) endsSoon(s syscall.Signal) {
	r.m.t.Helper()
	if !within(soon, r.over) {
		r.m.t.Errorf("%v does not end a program that waits for a photo", s)
	}
	if code := r.end(); code != -int(s) {
		r.m.t.Errorf("the program ended with %d, want signal %d", code, s)
	}
}

// Ctrl-C ends a program at once, and neither those who read other photos nor
// those who read the same.
func TestCtrlCEndsOneReader(t *testing.T) {
	t.Parallel()
	for _, stall := range stalls {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
			t.Run(stall.name+" by "+sig.String(), func(t *testing.T) {
				t.Parallel()
				s, ids := organisation(3, 600_000)
				m := mount(t, s)
				stall := stall.fault
				stall.Path = fmt.Sprintf("/bigin/v2/Contacts/%d/photo", ids[0])
				s.AddFault(stall)
				photo := m.photo("Contacts", ids[0])
				one := m.begin("cat", photo)
				eventually(t, "the download is under way", func() bool { return m.photoCalls(ids[0]) == 1 })
				two := m.begin("md5sum", photo)
				eventually(t, "both wait in the file system", func() bool { return one.waits() && two.waits() })

				one.signal(sig)
				one.endsSoon(sig)
				if got := m.errnoOf(m.photo("Contacts", ids[2])); got != "OK 600000" {
					t.Errorf("a reader of another photo: %s", got)
				}
				if two.over() {
					t.Error("the other reader was ended too")
				}
				s.ClearFaults()
				if got := two.hear(); !strings.HasPrefix(got, md5Of(s.Photo("Contacts", ids[0]))) {
					t.Errorf("the other reader got %q: %s", got, two.stderr.String())
				}
			})
		}
	}
}

// A signal that a program survives does not break its read.
func TestSignalsThatDoNotKill(t *testing.T) {
	t.Parallel()
	for _, stall := range stalls {
		for _, how := range []string{"one by one", "timer"} {
			t.Run(stall.name+", "+how, func(t *testing.T) {
				t.Parallel()
				s, ids := organisation(1, 600_000)
				m := mount(t, s)
				s.AddFault(stall.fault)
				r := m.begin("read-signalled", m.photo("Contacts", ids[0]), how)
				r.hear()
				eventually(t, "it waits in the file system", r.waits)
				for i := range 20 {
					r.signal([]syscall.Signal{syscall.SIGUSR1, syscall.SIGALRM, syscall.SIGCHLD, syscall.SIGHUP, syscall.SIGWINCH}[i%5])
					time.Sleep(10 * time.Millisecond) // apart, or they count as one
				}
				s.ClearFaults()
				if got := r.hear(); got != "read 600000 handled true" {
					t.Errorf("the program says %q", got)
				}
			})
		}
	}
}

// Stopping a program and letting it go on is no reason either.
func TestStopAndContinue(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 600_000)
	m := mount(t, s)
	s.AddFault(bigintest.Fault{StallAfter: 20_000})
	r := m.begin("md5sum", m.photo("Contacts", ids[0]))
	eventually(t, "it waits in the file system", r.waits)
	r.signal(syscall.SIGSTOP)
	r.signal(syscall.SIGCONT)
	s.ClearFaults()
	if got := r.hear(); !strings.HasPrefix(got, md5Of(s.Photo("Contacts", ids[0]))) {
		t.Errorf("it says %q: %s", got, r.stderr.String())
	}
}

// A download that nobody waits for ends, and its place among the calls at once
// is free again.
func TestDownloadWithoutReadersEnds(t *testing.T) {
	t.Parallel()
	for _, stall := range stalls {
		t.Run(stall.name, func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(4, 600_000)
			m := mount(t, s, "--concurrency", "2")
			s.AddFault(stall.fault)
			readers := map[int64]*running{} // two on their way, and two whose turn has not come
			for _, id := range ids {
				readers[id] = m.begin("cat", m.photo("Contacts", id))
			}
			eventually(t, "all wait in the file system", func() bool {
				n := 0
				for _, r := range readers {
					if r.waits() {
						n++
					}
				}
				return n == len(readers) && m.inFlight.Load() == 2
			})
			// Those whose turn has not come first: one that comes to its turn, and
			// ends before it reads, leaves a download for the cache.
			slices.SortStableFunc(ids, func(a, b int64) int { return m.photoCalls(a) - m.photoCalls(b) })
			for _, id := range ids {
				readers[id].signal(syscall.SIGINT)
				readers[id].endsSoon(syscall.SIGINT)
			}
			if !within(soon, func() bool { return m.inFlight.Load() == 0 }) {
				t.Errorf("%d downloads go on for nobody", m.inFlight.Load())
			}
			s.ClearFaults()
			if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "OK 600000" {
				t.Errorf("afterwards: %s", got)
			}
		})
	}
}
