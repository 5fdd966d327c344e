package integration_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// An organisation that allows fewer calls at once than the flags say is found
// out, and nobody sees an error.
func TestServerAllowsFewerCallsAtOnce(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{Behaviour: bigintest.Behaviour{Concurrency: 4, Latency: 30 * time.Millisecond}}
	add(s, "Contacts", 300, 30_000, 0)
	m := mount(t, s, "--concurrency", "10")
	out := copyTo(m, "cp", `cp -r "$1/Contacts" "$2"`)
	if n := checkCopy(t, s, out); n != 300 {
		t.Errorf("%d photos were copied, want 300", n)
	}
	refused, all := s.Status429(), s.Calls()
	t.Logf("%d of %d calls were answered 429", refused, all)
	if refused == 0 {
		t.Error("the server refused nothing, so this test shows nothing")
	}
	if 20*refused > all {
		t.Errorf("%d of %d calls were answered 429, want at most 5 %%", refused, all)
	}
}

// Bigin may ask for a pause that is longer than an operation takes. Then the
// answer comes at once, and no call is made meanwhile.
func TestLongRetryAfter(t *testing.T) {
	t.Parallel()
	s, ids := organisation(3, 4000)
	m := mount(t, s)
	m.run("cat", m.photo("Contacts", ids[0]))
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/*/*/photo", Status: 429, RetryAfter: time.Hour, Count: 1})
	m.expect("errno=EDQUOT", "TOO_MANY_REQUESTS")
	m.expect("errno=EDQUOT", "pause")
	m.ResetLog()
	m.fails(m.photo("Contacts", ids[1]), "EDQUOT")
	m.fails(m.photo("Contacts", ids[2]), "EDQUOT")
	if n := s.Calls(); n != 1 {
		t.Errorf("%d calls, want the one that was answered 429", n)
	}
	if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "OK 4000" {
		t.Errorf("what is in the cache: %s", got)
	}
	if got := m.errnoOfList(m.path("Products")); got != "EDQUOT" {
		t.Errorf("listing: %s, want EDQUOT", got)
	}
}

// The pause applies to everybody: whoever comes meanwhile waits, and does not ask.
func TestShortRetryAfter(t *testing.T) {
	t.Parallel()
	s, ids := organisation(4, 4000)
	m := mount(t, s)
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/*/*/photo", Status: 429, RetryAfter: time.Second, Count: 1})
	m.sh(`cat "$1" >/dev/null; cat "$2" >/dev/null & cat "$3" >/dev/null & wait`,
		m.photo("Contacts", ids[0]), m.photo("Contacts", ids[2]), m.photo("Contacts", ids[3]))
	log := s.Requests()
	var refused time.Time
	for _, r := range log {
		if !refused.IsZero() && r.Kind == bigintest.KindPhoto && r.Time.Sub(refused) < time.Second {
			t.Errorf("a call %v after Bigin asked for a pause of a second", r.Time.Sub(refused))
		}
		if r.Status == 429 {
			refused = r.Time
		}
	}
	if n := s.Status429(); n != 1 {
		t.Errorf("%d calls were answered 429, want 1", n)
	}
}

// Below the reserve no call is made, and what is in the cache is still there.
func TestCreditReserve(t *testing.T) {
	t.Parallel()
	s, ids := organisation(400, 4000)
	s.Behaviour.Credits = 100
	m := mount(t, s, "--credit-reserve", "30")
	m.expect("errno=EDQUOT", "reserve")
	served := 0
	for i := 0; i < 400 && m.errnoOf(m.photo("Contacts", ids[i])) == "OK 4000"; i += 4 {
		served++
	}
	if n := s.Calls(); n != 70 || served != 70 {
		t.Errorf("%d calls and %d photos, want 70 of the 100 credits", n, served)
	}
	m.costs("everything from now on", 0, 0, 0, func() {
		m.fails(m.photo("Contacts", ids[399]), "EDQUOT")
		if got := m.errnoOfList(m.path("Products")); got != "EDQUOT" {
			t.Errorf("listing: %s, want EDQUOT", got)
		}
		for i := range 3 {
			if got := m.errnoOf(m.photo("Contacts", ids[4*i])); got != "OK 4000" {
				t.Errorf("what is in the cache: %s", got)
			}
		}
	})
}

// Without a reserve the credits can be used up. That is EDQUOT too.
func TestCreditsUsedUp(t *testing.T) {
	t.Parallel()
	s, ids := organisation(40, 4000)
	s.Behaviour.Credits = 5
	s.Behaviour.RetryAfter = time.Hour
	m := mount(t, s)
	m.expect("errno=EDQUOT")
	var got []string
	for i := range 6 {
		got = append(got, m.errnoOf(m.photo("Contacts", ids[6*i])))
	}
	if want := "[OK 4000 OK 4000 OK 4000 OK 4000 OK 4000 EDQUOT]"; fmt.Sprint(got) != want {
		t.Errorf("six photos with five credits: %v, want %s", got, want)
	}
}

// Page tokens reach only so far from either end of a module. What lies between is
// never left out in silence: the listing fails, says why, and what to do; each
// record can be opened by its id.
func TestModuleLongerThanPageTokensReach(t *testing.T) {
	t.Parallel()
	const n = 2000
	s, ids := organisation(n, 300)
	s.Configure(func(b *bigintest.Behaviour) { b.TokenCap = 600 })
	m := mount(t, s)
	m.expect("errno=EIO", "by its id")
	if got := m.errnoOfList(m.path("Contacts")); got != "EIO" {
		t.Errorf("listing it: %s, want EIO", got)
	}
	for _, i := range []int{0, n / 2, n - 1} {
		if got := m.errnoOf(m.photo("Contacts", ids[i])); got != "OK 300" {
			t.Errorf("photo %d of %d: %s", i, n, got)
		}
	}
	if status := m.run(program, "status", m.dir); !strings.Contains(status, "by their id") {
		t.Errorf("the status does not say what to do:\n%s", status)
	}
}
