package integration_test

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// office mounts the account on that many desks, each with a home of its own, all
// at the same time. They are without the race detector, which makes a dozen
// processes more than a machine can bear: what they do together is bound in time.
func office(t *testing.T, server *bigintest.Server, desks int, flags ...string) []*mounted {
	t.Helper()
	sites := make([]*site, desks)
	for i := range sites {
		sites[i] = newSite(t, server)
		sites[i].url = sites[0].url // of one and the same Bigin
		sites[i].withoutRaceDetector()
	}
	var mounts []*mounted
	for _, s := range sites {
		m := s.start(append(append([]string{"mount"}, flags...), s.dir)...)
		m.warned = append(m.warned, "shared cache") // a busy machine may be slow to answer
		mounts = append(mounts, m)
	}
	for _, m := range mounts {
		eventually(t, "each desk has its mount", func() bool {
			return m.over() || m.try("stat", "-f", m.dir).code == 0 && m.isMounted()
		})
		if m.over() {
			t.Fatalf("a mount ended with %v:\n%s", m.cmd.ProcessState, m.log)
		}
	}
	return mounts
}

// refusals counts the calls that were answered 429.
func refusals(s *bigintest.Server) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

// Twelve desks that read the same at the same time cost little more than one.
func TestDesksShareCalls(t *testing.T) {
	server, ids := organisation(300, 60_000)
	server.Behaviour.Latency = 50 * time.Millisecond
	server.Behaviour.Concurrency = 10
	var all [][]byte
	for _, id := range ids {
		all = append(all, server.Photo("Contacts", id))
	}
	want := md5Of(all...)
	e := startEngine(t)
	desks := office(t, server, 12, e.flags()...)
	var readers []*running
	for _, m := range desks {
		readers = append(readers, m.begin("sh", "-ec", `cat "$1"/Contacts/*/photo.jpg | md5sum`, "sh", m.dir))
	}
	begun := time.Now()
	for i, r := range readers {
		<-r.done // within toolTime: a crowded machine takes its own
		sum := r.hear()
		if code := r.end(); code != 0 || r.stderr.Len() > 0 || !strings.HasPrefix(sum, want) {
			t.Errorf("reader %d ended with %d and %s, want %s: %s", i, code, sum, want, r.stderr.String())
		}
	}
	t.Logf("%v for 12 desks; %d photo calls, %d pages, %d grants, %d answered 429", time.Since(begun).Round(time.Millisecond),
		server.Count(bigintest.KindPhoto), server.Count(bigintest.KindList), server.Count(bigintest.KindToken), refusals(server))
	for _, c := range []struct {
		kind bigintest.Kind
		most int
	}{{bigintest.KindPhoto, 315}, {bigintest.KindList, 6}, {bigintest.KindToken, 2}} {
		if n := server.Count(c.kind); n > c.most {
			t.Errorf("%d calls of kind %v, want %d at most", n, c.kind, c.most)
		}
	}
	checkSealed(t, e.everything(), desks[0].site, ids)
	status := desks[0].run(program, "status", desks[0].dir)
	for _, line := range []string{"all desks", "12 of them", "shared "} {
		if !strings.Contains(status, line) {
			t.Errorf("no %q in the status:\n%s", line, status)
		}
	}
}

// checkSealed looks for what somebody who reads the server must not find.
func checkSealed(t *testing.T, all []byte, s *site, ids []int64) {
	t.Helper()
	if len(all) < len(ids)*len(s.Photo("Contacts", ids[0])) {
		t.Errorf("only %d bytes are on the server", len(all))
	}
	secrets := append(s.secrets(), "Lovelace", "Contacts", "photo", "image/", "access_token", s.url, bigintest.DefaultClientID)
	for _, id := range ids {
		photo := s.Photo("Contacts", id)
		secrets = append(secrets, strconv.FormatInt(id, 10), string(photo[:8]), string(photo[len(photo)/2:][:16]),
			string(binary.LittleEndian.AppendUint64(nil, uint64(id))), string(binary.BigEndian.AppendUint64(nil, uint64(id))))
	}
	for _, secret := range secrets {
		if bytes.Contains(all, []byte(secret)) {
			t.Errorf("%q is on the server in the clear", secret)
		}
	}
}

// A server that is killed while twelve read fails no read and delays none for
// long, and is used again when it is back.
func TestDesksOutliveTheirServer(t *testing.T) {
	server, ids := organisation(600, 20_000)
	server.Behaviour.Latency = 50 * time.Millisecond
	server.Behaviour.Concurrency = 10
	e := startEngine(t)
	desks := office(t, server, 12, e.flags()...)

	// Each reader begins elsewhere, and says how long each of its reads took.
	var readers sync.WaitGroup
	var mu sync.Mutex
	var slow []time.Duration
	failed, read := 0, 0
	stop := make(chan struct{})
	for i, m := range desks {
		readers.Go(func() {
			for n := i * 50; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				id := ids[n%len(ids)]
				begun := time.Now()
				got := m.try("cat", m.photo("Contacts", id))
				mu.Lock()
				read++
				if got.code != 0 || got.out != string(server.Photo("Contacts", id)) {
					failed++
					t.Errorf("desk %d: %v: exit code %d, %d bytes: %s", i, id, got.code, len(got.out), got.stderr)
				}
				slow = append(slow, time.Since(begun))
				mu.Unlock()
			}
		})
	}
	reads := func(n int) {
		t.Helper()
		mu.Lock()
		n += read
		mu.Unlock()
		eventually(t, "all read on", func() bool { mu.Lock(); defer mu.Unlock(); return read >= n })
	}
	reads(100)
	e.kill()
	reads(200)
	back := time.Now()
	e.start()
	for i, m := range desks {
		// Its log says when: to ask twelve desks takes its own time.
		var again time.Time
		eventually(t, "each desk uses the server again", func() bool {
			again = m.uses(back)
			return !again.IsZero()
		})
		if d := again.Sub(back); d > 30*time.Second {
			t.Errorf("desk %d uses it again after %v", i, d)
		}
		if status := m.run(program, "status", m.dir); strings.Contains(status, "cannot be reached") {
			t.Errorf("desk %d uses it again, and does not know:\n%s", i, status)
		}
	}
	reads(100)
	close(stop)
	readers.Wait()
	longest := slices.Max(slow)
	t.Logf("%d reads, the longest %v; %d answered 429", read, longest, refusals(server))
	if failed > 0 || longest > 3*time.Second {
		t.Errorf("%d of %d reads failed, the longest took %v", failed, read, longest)
	}
}

// uses returns when the desk first began to use the shared cache after that time;
// the zero Time if it has not.
func (m *mounted) uses(after time.Time) time.Time {
	m.t.Helper()
	for _, line := range lines(m.log.String()) {
		if !strings.Contains(line, "shared cache in use") {
			continue
		}
		text, _, _ := strings.Cut(strings.TrimPrefix(line, "time="), " ")
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			m.t.Fatal(line, err)
		}
		if at.After(after) {
			return at
		}
	}
	return time.Time{}
}
