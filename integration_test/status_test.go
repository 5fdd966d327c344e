package integration_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

func TestStatusOfAHealthyMount(t *testing.T) {
	t.Parallel()
	s, ids := organisation(5, 40_000)
	m := mount(t, s)
	seen, text := m.status()
	if seen.Token.Status != "live" || len(seen.Failures) != 0 || seen.Calls.PhotoCalls != 0 || seen.Calls.Credits != -1 {
		t.Errorf("before anything was read: %+v", seen)
	}
	wantWords(t, text, "not known before the first call", "none")

	m.run("ls", m.path("Contacts"))
	m.run("cat", m.photo("Contacts", ids[0]))
	m.run("cat", m.photo("Contacts", ids[0]))
	seen, text = m.status()
	if seen.Profile != "default" || seen.API != m.url || seen.Version == "" || time.Since(seen.Mounted).Abs() > time.Hour {
		t.Errorf("%+v", seen)
	}
	if seen.Token.Status != "live" || seen.Token.Error != "" || time.Until(seen.Token.Expiry) < 30*time.Minute {
		t.Errorf("token %+v", seen.Token)
	}
	if c := seen.Calls; c.PhotoCalls != 1 || c.ListCalls != 1 || c.RecordCalls != 0 || c.Throttled != 0 || c.Concurrency != 10 || c.InFlight != 0 {
		t.Errorf("calls %+v", c)
	}
	if c := seen.Cache; c.Photos != 1 || c.Bytes != 40_000 || c.Size != 256<<20 || c.Misses != 1 {
		t.Errorf("cache %+v", c)
	}
	wantWords(t, text, "account", "default", m.url, "live, until", "1 photos, 1 pages of listings", "40 kB of 256.0 MiB", "more than half are left", "failures", "none")
}

func TestStatusOfARefusedLogin(t *testing.T) {
	t.Parallel()
	s, ids := organisation(2, 2000)
	m := mount(t, s)
	m.expect("errno=EACCES")
	m.expect("access token") // the line about the refresh
	m.run("ls", m.path("Contacts"))
	s.RefuseGrant(true)
	s.RevokeTokens()
	m.fails(m.photo("Contacts", ids[0]), "EACCES")
	seen, text := m.status()
	if tok := seen.Token; tok.Status != "refused" || !strings.Contains(tok.Error, "refused") || !strings.Contains(tok.Remedy, "biginfs login") {
		t.Errorf("token %+v", tok)
	}
	if len(seen.Failures) != 1 {
		t.Fatalf("failures %+v", seen.Failures)
	}
	f := seen.Failures[0]
	if f.Errno != "EACCES" || f.Code != "invalid_code" || f.Op != "lookup" || f.Path != fmt.Sprintf("/Contacts/%d/photo.jpg", ids[0]) || f.Times < 2 || time.Since(f.Time).Abs() > time.Hour {
		t.Errorf("failure %+v", f)
	}
	wantWords(t, f.Meaning, "login")
	wantWords(t, f.Remedy, "biginfs login")
	wantWords(t, text, "refused since", "EACCES, invalid_code", f.Path, "to do: run biginfs login", "times")
}

// Waiting mends too many tokens; another login makes it worse.
func TestStatusOfTooManyTokens(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 429} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(1, 2000)
			m := mount(t, s)
			m.expect("errno=EACCES")
			m.expect("access token")
			body := `{"error_description":"You have made too many requests continuously.","error":"Access Denied","status":"failure"}`
			if status == 429 {
				body = `{}`
			}
			s.AddFault(bigintest.Fault{Path: "/oauth/v2/token", Status: status, Body: []byte(body), ContentType: "application/json"})
			s.RevokeTokens()
			m.fails(m.photo("Contacts", ids[0]), "EACCES")
			seen, text := m.status()
			if len(seen.Failures) != 1 || seen.Token.Status != "throttled" || !strings.Contains(seen.Token.Remedy, "wait") || !strings.Contains(seen.Failures[0].Remedy, "wait") {
				t.Errorf("%+v %+v", seen.Token, seen.Failures)
			}
			if strings.Contains(text, "login") {
				t.Errorf("it sends people to make another token:\n%s", text)
			}
		})
	}
}

func TestStatusOfAScopeTooNarrow(t *testing.T) {
	t.Parallel()
	s := threeModules()
	s.Behaviour.Scopes = []string{"ZohoBigin.modules.contacts.READ"}
	m := mount(t, s)
	m.expect("errno=EACCES", "OAUTH_SCOPE_MISMATCH")
	if got := m.errnoOfList(m.path("Companies")); got != "EACCES" {
		t.Errorf("listing the companies: %s", got)
	}
	if got := m.errnoOfList(m.path("by-name", "Products")); got != "EACCES" {
		t.Errorf("listing the products by name: %s", got)
	}
	seen, text := m.status()
	if len(seen.Failures) != 2 || seen.Token.Status != "live" {
		t.Fatalf("%+v", seen)
	}
	for i, module := range []string{"products", "accounts"} { // the latest first
		f := seen.Failures[i]
		if f.Code != "OAUTH_SCOPE_MISMATCH" || f.Op != "list" || f.Errno != "EACCES" || !strings.Contains(f.Resolution, "valid scope") {
			t.Errorf("failure %+v", f)
		}
		wantWords(t, f.Meaning, "does not cover")
		wantWords(t, f.Remedy, "biginfs login", "ZohoBigin.modules."+module+".READ")
	}
	wantWords(t, text, "OAUTH_SCOPE_MISMATCH", "list /Accounts: EACCES", "ZohoBigin.modules.accounts.READ")
}

func TestStatusWithoutCredits(t *testing.T) {
	t.Parallel()
	s, ids := organisation(10, 2000)
	s.Behaviour.Credits = 4
	m := mount(t, s, "--timeout", "2s")
	m.expect("errno=EDQUOT")
	for _, id := range ids[:4] {
		m.run("cat", m.photo("Contacts", id))
	}
	m.fails(m.photo("Contacts", ids[9]), "EDQUOT")
	seen, text := m.status()
	if seen.Calls.Credits != 0 || seen.Calls.Throttled == 0 || len(seen.Failures) != 1 {
		t.Fatalf("%+v", seen)
	}
	f := seen.Failures[0]
	if f.Errno != "EDQUOT" || f.Code != "TOO_MANY_REQUESTS" {
		t.Errorf("failure %+v", f)
	}
	wantWords(t, f.Meaning, "credits", "used up")
	wantWords(t, f.Remedy, "wait")
	wantWords(t, text, "0 left", "EDQUOT, TOO_MANY_REQUESTS", "credits are used up")
	m.run("cat", m.photo("Contacts", ids[1])) // what is cached is still served
}

// atReserve is a mount of ten photos that read six with ten credits, and lets
// the other four alone: they are reserved.
func atReserve(t *testing.T) (*bigintest.Server, *mounted) {
	t.Helper()
	s, ids := organisation(10, 2000)
	s.Behaviour.Credits = 10
	m := mount(t, s, "--credit-reserve", "4")
	m.expect("errno=EDQUOT")
	for _, id := range ids[:6] {
		m.run("cat", m.photo("Contacts", id))
	}
	m.fails(m.photo("Contacts", ids[9]), "EDQUOT")
	return s, m
}

func TestStatusAtTheReserve(t *testing.T) {
	t.Parallel()
	_, m := atReserve(t)
	seen, text := m.status()
	if seen.Calls.Credits != 4 || seen.CreditReserve != 4 || len(seen.Failures) != 1 {
		t.Fatalf("%+v", seen)
	}
	f := seen.Failures[0]
	if f.Errno != "EDQUOT" || f.Code != "" {
		t.Errorf("failure %+v", f)
	}
	wantWords(t, f.Meaning, "reserved")
	wantWords(t, f.Remedy, "--credit-reserve", "wait")
	wantWords(t, text, "4 left; 4 are kept for others")
}

func TestStatusWhileOffline(t *testing.T) {
	t.Parallel()
	s, ids := organisation(2, 2000)
	m := mount(t, s)
	m.expect("errno=EIO")
	m.disconnect()
	m.fails(m.photo("Contacts", ids[0]), "EIO")
	seen, text := m.status()
	if len(seen.Failures) != 1 || seen.Failures[0].Errno != "EIO" || seen.Failures[0].Code != "" {
		t.Fatalf("%+v", seen)
	}
	wantWords(t, seen.Failures[0].Meaning, "could not be reached")
	wantWords(t, seen.Failures[0].Remedy, "network")
	wantWords(t, text, "connection refused", "EIO", "network is up")
	m.reconnect()
	eventually(t, "the mount heals", func() bool { return m.try("cat", m.photo("Contacts", ids[0])).code == 0 })
}

// Mounted without a network, the reason is the token that cannot be had.
func TestStatusMountedOffline(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2000)
	site := newSite(t, s)
	site.disconnect()
	m := site.mount("--timeout", "3s")
	m.expect("mounting without having reached Zoho")
	m.expect("errno=EIO")
	m.expect("errno=ETIMEDOUT")
	m.expect("access token")
	seen, text := m.status()
	if seen.Token.Status != "none" || seen.Token.Error == "" || seen.API != "" {
		t.Errorf("token %+v, API %q", seen.Token, seen.API)
	}
	wantWords(t, seen.Token.Remedy, "network", m.url, "recovers")
	wantWords(t, text, "none since", "to do: see whether the network")
	m.reconnect()
	eventually(t, "the mount heals", func() bool { return m.try("cat", m.photo("Contacts", ids[0])).code == 0 })
	if seen, _ := m.status(); seen.Token.Status != "live" || seen.Token.Error != "" {
		t.Errorf("after it healed: token %+v", seen.Token)
	}
}

// Whatever hangs, status tells why.
func TestStatusWhileEverythingHangs(t *testing.T) {
	t.Parallel()
	s, ids := organisation(40, 2000)
	m := mount(t, s)
	m.run("ls", m.path("Contacts"))
	s.AddFault(bigintest.Fault{Path: "/bigin/*/*/*/photo", StallHeaders: true})
	s.AddFault(bigintest.Fault{Path: "/bigin/*/*", StallHeaders: true})
	readers := []*running{
		m.begin("ls", m.path("Accounts")), m.begin("ls", "-l", m.path("by-name", "Products")),
		m.begin("cp", "-r", m.path("Contacts"), filepath.Join(m.home, "copy")),
	}
	for _, id := range ids[:25] {
		readers = append(readers, m.begin("cat", m.photo("Contacts", id)))
	}
	eventually(t, "all calls that are allowed hang", func() bool { return m.inFlight.Load() >= 10 })
	eventually(t, "others wait", func() bool { seen, _ := m.status(); return seen.Calls.InFlight == 10 && seen.Calls.Waiting > 10 })
	_, text := m.status()
	wantWords(t, text, "10 of at most 10", "live")
	found := m.doctorFindings("--timeout", "2s", m.dir)
	if f := found.of(t, "mount"); f.Severity != "ok" {
		t.Errorf("doctor finds %+v", f)
	}
	s.ClearFaults()
	for _, r := range readers {
		r.end()
	}
}

// What is being downloaded is told, the oldest first, with how much of it is
// there.
func TestStatusOfDownloads(t *testing.T) {
	t.Parallel()
	s, ids := organisation(9, 60_000)
	m := mount(t, s)
	seen, text := m.status()
	if seen.Cache.Downloading != 0 || len(seen.Cache.Downloads) != 0 {
		t.Errorf("before anything was read: %+v", seen.Cache)
	}
	wantWords(t, text, "downloading  nothing")

	s.AddFault(bigintest.Fault{Kind: bigintest.KindPhoto, Count: 1, StallAfter: 20_000})
	s.AddFault(bigintest.Fault{Kind: bigintest.KindPhoto, StallHeaders: true})
	readers := []*running{m.begin("cat", m.photo("Contacts", ids[0]))}
	eventually(t, "a part of the first photo is there", func() bool {
		seen, _ := m.status()
		return len(seen.Cache.Downloads) > 0 && seen.Cache.Downloads[0].Arrived > 0
	})
	for _, id := range ids[1:] {
		readers = append(readers, m.begin("cat", m.photo("Contacts", id)))
	}
	eventually(t, "all are asked for", func() bool { seen, text = m.status(); return seen.Cache.Downloading == len(ids) })
	first, other := seen.Cache.Downloads[0], seen.Cache.Downloads[1]
	if first.Photo != fmt.Sprintf("Contacts/%d", ids[0]) || first.Size != 60_000 || first.Arrived > 20_000 || time.Since(first.Began).Abs() > time.Hour {
		t.Errorf("the first is %+v", first)
	}
	if other.Size != -1 || other.Arrived != 0 {
		t.Errorf("one that is not answered is %+v", other)
	}
	wantWords(t, text, "downloading  "+first.Photo+": ", " of 60 kB, since ", "no answer yet", "and 4 more")
	s.ClearFaults()
	for _, r := range readers {
		r.end()
	}
	eventually(t, "nothing is downloaded any more", func() bool { seen, text = m.status(); return seen.Cache.Downloading == 0 })
	wantWords(t, text, "downloading  nothing")
}

// The last failures are told, the latest first, and so many that the answer
// still fits what the kernel hands on.
func TestStatusOfManyFailures(t *testing.T) {
	t.Parallel()
	s, ids := organisation(30, 2000)
	m := mount(t, s)
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", Status: 418, Code: strings.Repeat("T\u202e", 30), Message: strings.Repeat("\u202e\x00<&\"", 2000)})
	m.expect("errno=EIO")
	m.run("ls", m.path("Contacts"))
	m.sh(`for f; do ! cat "$f" 2>/dev/null; done`, slices.Collect(func(yield func(string) bool) {
		for _, id := range ids {
			if !yield(m.photo("Contacts", id)) {
				return
			}
		}
	})...)
	seen, text := m.status()
	if len(seen.Failures) < 10 || len(seen.Failures) > 20 {
		t.Errorf("%d failures are told, want about 20", len(seen.Failures))
	}
	for i, f := range seen.Failures {
		if want := fmt.Sprintf("/Contacts/%d/photo.jpg", ids[29-i]); f.Path != want || f.Meaning == "" {
			t.Errorf("failure %d: %+v, want that of %s", i, f, want)
		}
	}
	if strings.ContainsAny(text, "\x00\u202e\x1b") {
		t.Errorf("what Bigin said reaches the terminal as it is:\n%q", text)
	}
}

// Not even the longest names and answers hide what happened last.
func TestStatusOfLongFailures(t *testing.T) {
	t.Parallel()
	s, _ := organisation(1, 2000)
	m := mount(t, s)
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/Contacts", Status: 418, Code: strings.Repeat("\x01", 64), Message: strings.Repeat("\x01", 999)})
	m.expect("errno=EIO", "op=lookup")
	var paths []string
	for i := range 25 {
		paths = append(paths, m.path("by-name", "Contacts", strings.Repeat("\x01", 240)+fmt.Sprintf("%02d.jpg", i)))
	}
	m.sh(`for f; do ! cat "$f" 2>/dev/null; done`, paths...)
	seen, _ := m.status()
	if n := len(seen.Failures); n < 10 || n >= 20 {
		t.Errorf("%d failures are told, want some, but fewer than fit no more", n)
	}
	if f := seen.Failures[0]; !strings.HasSuffix(f.Path, "24.jpg") {
		t.Errorf("the latest is %+v", f)
	}
}
