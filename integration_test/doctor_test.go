package integration_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// findingSeen is what a script reads of a finding.
type findingSeen struct{ Check, Severity, Text, Remedy string }

// diagnosis is what doctor found.
type diagnosis []findingSeen

// doctorFindings runs doctor at the site, in both ways. The exit code must say
// what the findings do. Mounts of other tests are none of its business, though
// doctor rightly tells of those that are dead.
func (s *site) doctorFindings(args ...string) diagnosis {
	s.t.Helper()
	raw := s.ask(append([]string{"doctor", "--json"}, args...)...)
	var all diagnosis
	if err := json.Unmarshal([]byte(raw.out), &all); err != nil {
		s.t.Fatalf("%v: %s%s", err, raw.out, raw.stderr)
	}
	bad := 0
	for _, f := range all {
		if f.Check == "" || f.Text == "" || f.Severity != "ok" && f.Severity != "warning" && f.Severity != "failed" {
			s.t.Errorf("finding %+v", f)
		}
		if f.Severity == "failed" {
			bad++
		}
	}
	if want := min(bad, 1); raw.code != want {
		s.t.Errorf("exit code %d, though %d checks failed: %s", raw.code, bad, raw.stderr)
	}
	return slices.DeleteFunc(all, func(f findingSeen) bool { return f.Check == "mounts" && !strings.Contains(f.Text, s.dir) })
}

// of returns the one finding of a check, or the worst.
func (d diagnosis) of(t *testing.T, check string) findingSeen {
	t.Helper()
	worst := findingSeen{}
	rank := []string{"", "ok", "warning", "failed"}
	for _, f := range d {
		if f.Check == check && slices.Index(rank, f.Severity) > slices.Index(rank, worst.Severity) {
			worst = f
		}
	}
	if worst.Check == "" {
		t.Errorf("nothing is found of %s: %+v", check, d)
	}
	return worst
}

// wantOnly checks that these checks failed, and no others.
func (d diagnosis) wantOnly(t *testing.T, checks ...string) {
	t.Helper()
	for _, f := range d {
		if f.Severity != "failed" {
			continue
		}
		if !slices.Contains(checks, f.Check) {
			t.Errorf("finding %+v, want only %q to fail", f, checks)
		}
		if f.Remedy == "" && f.Check != "mount" {
			t.Errorf("nothing says what to do: %+v", f)
		}
	}
	for _, check := range checks {
		if f := d.of(t, check); f.Severity != "failed" {
			t.Errorf("finding %+v, want it to fail", f)
		}
	}
}

func TestDoctorOfAHealthyAccount(t *testing.T) {
	t.Parallel()
	s, _ := organisation(3, 2000)
	m := mount(t, s)
	tokens := s.Count(bigintest.KindToken)
	found := m.doctorFindings(m.dir)
	found.wantOnly(t)
	for _, check := range []string{"fuse", "kernel", "config", "login", "clock", "token", "Contacts", "Accounts", "Products", "mount"} {
		if f := found.of(t, check); f.Severity == "failed" {
			t.Errorf("%+v", f)
		}
	}
	if n, photos := s.Calls(), s.Count(bigintest.KindPhoto); n != 3 || photos != 0 {
		t.Errorf("%d calls, %d of them for photos, want one for each module", n, photos)
	}
	if n := s.Count(bigintest.KindToken) - tokens; n != 0 {
		t.Errorf("%d tokens were made, though that of the mount is good", n)
	}
	text := m.ask("doctor", m.dir)
	wantWords(t, text.out, "ok", "fuse:", "clock: within", "token: good for", "Contacts: answers", "mount: "+m.dir+" answers", "environment")
	if strings.Contains(text.out, "to do") && !strings.Contains(text.out, "mounts:") {
		t.Errorf("it has something to do:\n%s", text.out)
	}
}

// Doctor is one of the desks that share a server: it takes their token, leaves
// them the one that it makes, and its calls are counted with theirs.
func TestDoctorIsOneOfTheDesks(t *testing.T) {
	t.Parallel()
	server, ids := organisation(3, 2000)
	e := startEngine(t)
	var desks []*site // each with a home of its own
	for range 4 {
		s := newSite(t, server)
		s.url = append(desks, s)[0].url // of one and the same Bigin
		desks = append(desks, s)
	}
	desks[0].doctorFindings(e.flags()...).wantOnly(t)
	m := desks[1].mount(e.flags()...)
	m.run("cat", m.photo("Contacts", ids[0]))
	desks[2].doctorFindings(e.flags()...).wantOnly(t)
	if r := desks[3].ask(append([]string{"doctor", "--api", "--yes"}, e.flags()...)...); r.code != 0 {
		t.Errorf("doctor --api ended with %d: %s%s", r.code, r.out, r.stderr)
	}
	if n := server.Count(bigintest.KindToken); n != 1 {
		t.Errorf("%d tokens were made by four desks, want one", n)
	}
	eventually(t, "the mount is the only desk, and knows of the calls of the others", func() bool {
		status := m.run(program, "status", m.dir)
		return strings.Contains(status, "1 of them") && strings.Contains(status, "7 calls in 24 hours")
	})
}

func TestDoctorOfARefusedLogin(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2000)
	m := mount(t, s)
	m.expect("errno=EACCES")
	m.expect("access token")
	s.RefuseGrant(true)
	s.RevokeTokens()
	m.fails(m.photo("Contacts", ids[0]), "EACCES")
	found := m.doctorFindings(m.dir)
	found.wantOnly(t, "token", "Contacts", "Accounts", "Products", "mount")
	f := found.of(t, "token")
	wantWords(t, f.Text, "refused", "invalid_code")
	wantWords(t, f.Remedy, "biginfs login")
	wantWords(t, found.of(t, "mount").Remedy, "biginfs login")
	text := m.ask("doctor")
	if text.code != 1 {
		t.Errorf("exit code %d, want 1", text.code)
	}
	wantWords(t, text.out, "failed", "to do: run biginfs login")
	wantWords(t, text.stderr, "checks failed")
}

func TestDoctorOfAScopeTooNarrow(t *testing.T) {
	t.Parallel()
	s := threeModules()
	s.Behaviour.Scopes = []string{"ZohoBigin.modules.contacts.READ", "ZohoBigin.modules.accounts.ALL"}
	site := newSite(t, s)
	found := site.doctorFindings()
	found.wantOnly(t, "Products")
	f := found.of(t, "Products")
	wantWords(t, f.Text, "OAUTH_SCOPE_MISMATCH")
	wantWords(t, f.Remedy, "biginfs login", "ZohoBigin.modules.products.READ")
}

// Used up credits are told at once: nobody waits until they come back.
func TestDoctorWithoutCredits(t *testing.T) {
	t.Parallel()
	s, ids := organisation(4, 2000)
	s.Behaviour.Credits = 4
	m := mount(t, s)
	for _, id := range ids {
		m.run("cat", m.photo("Contacts", id))
	}
	found := m.doctorFindings(m.dir)
	found.wantOnly(t, "Contacts", "Accounts", "Products")
	for _, check := range []string{"Contacts", "Accounts", "Products"} {
		f := found.of(t, check)
		wantWords(t, strings.ToLower(f.Text), "credits")
		wantWords(t, f.Remedy, "wait")
	}
	for _, check := range []string{"credits", "mount"} {
		f := found.of(t, check)
		if f.Severity != "warning" {
			t.Errorf("%+v, want a warning", f)
		}
		wantWords(t, f.Text, "0 API credits are left")
		wantWords(t, f.Remedy, "wait")
		if strings.Contains(f.Remedy, "--credit-reserve") {
			t.Errorf("it offers to lower a reserve that there is not: %+v", f)
		}
	}
}

func TestDoctorAtTheReserve(t *testing.T) {
	t.Parallel()
	s, m := atReserve(t)
	found := m.doctorFindings("--credit-reserve", "4", m.dir)
	wantWords(t, found.of(t, "credits").Remedy, "--credit-reserve")
	wantWords(t, found.of(t, "mount").Remedy, "--credit-reserve")
	if n := s.Calls(); n > 10 {
		t.Errorf("%d calls: doctor spent what is reserved", n)
	}
}

func TestDoctorWhileOffline(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2000)
	m := mount(t, s)
	m.expect("errno=EIO")
	m.disconnect()
	m.fails(m.photo("Contacts", ids[0]), "EIO")
	found := m.doctorFindings(m.dir)
	found.wantOnly(t, "clock", "Contacts", "Accounts", "Products") // the token is still good
	f := found.of(t, "clock")
	wantWords(t, f.Text, "cannot be reached", strings.TrimPrefix(m.url, "http://"))
	wantWords(t, f.Remedy, "network")
	wantWords(t, found.of(t, "Contacts").Remedy, "network")
	wantWords(t, found.of(t, "mount").Text, "EIO")

	// Without a token of before, that fails too.
	other := newSite(t, &bigintest.Server{})
	other.disconnect()
	found = other.doctorFindings()
	found.wantOnly(t, "clock", "token", "Contacts", "Accounts", "Products")
	wantWords(t, found.of(t, "token").Remedy, "network", other.url)
}

// While Zoho does not answer, doctor says that it waits, and ends.
func TestDoctorWhileEverythingHangs(t *testing.T) {
	t.Parallel()
	s, _ := organisation(1, 2000)
	s.AddFault(bigintest.Fault{StallHeaders: true})
	site := newSite(t, s)
	r := site.ask("doctor", "--timeout", "3s")
	if r.code != 1 {
		t.Errorf("exit code %d, want 1", r.code)
	}
	wantWords(t, r.stderr, "waiting for Zoho")
	wantWords(t, r.out, "failed   clock", "failed   token", "network")
	s.ClearFaults()
}

func TestDoctorWithoutALogin(t *testing.T) {
	t.Parallel()
	site := newSite(t, &bigintest.Server{})
	site.env = []string{"BIGINFS_CLIENT_ID=", "BIGINFS_CLIENT_SECRET=", "BIGINFS_REFRESH_TOKEN="}
	found := site.doctorFindings()
	found.wantOnly(t, "login")
	wantWords(t, found.of(t, "login").Remedy, "biginfs login")
	if n := len(site.Requests()); n != 0 {
		t.Errorf("%d requests without credentials", n)
	}
}

// A file of credentials that others can read is not used, and doctor tells how
// to mend it.
func TestDoctorOfExposedCredentials(t *testing.T) {
	t.Parallel()
	site := newSite(t, &bigintest.Server{})
	site.env = []string{"BIGINFS_CLIENT_ID=", "BIGINFS_CLIENT_SECRET=", "BIGINFS_REFRESH_TOKEN="}
	file := filepath.Join(site.home, "config", "biginfs", "credentials.toml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	text := "[profiles.default]\nclient_id = \"" + bigintest.DefaultClientID + "\"\nclient_secret = \"" + bigintest.DefaultClientSecret +
		"\"\nrefresh_token = \"" + bigintest.DefaultRefreshToken + "\"\naccounts_url = \"" + site.url + "\"\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	found := site.doctorFindings()
	found.wantOnly(t, "login")
	f := found.of(t, "login")
	wantWords(t, f.Text, "others can read it", file)
	if f.Remedy != "chmod 600 "+file {
		t.Errorf("to do: %q", f.Remedy)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	found = site.doctorFindings()
	found.wantOnly(t)
	wantWords(t, found.of(t, "login").Text, file)
}

func TestDoctorOfMistakes(t *testing.T) {
	t.Parallel()
	site := newSite(t, &bigintest.Server{})
	for what, want := range map[string]struct {
		args  []string
		code  int
		words string
	}{
		"two mountpoints":  {[]string{"doctor", site.dir, site.home}, 2, "unexpected argument"},
		"a broken setting": {[]string{"doctor", "--timeout", "soon"}, 2, "--timeout"},
	} {
		if r := site.ask(want.args...); r.code != want.code || !strings.Contains(r.stderr, want.words) || len(lines(r.stderr)) != 1 {
			t.Errorf("%s: exit code %d, %q, want %d", what, r.code, r.stderr, want.code)
		}
	}
	f := site.doctorFindings(site.home).of(t, "mount")
	if f.Severity != "failed" || !strings.Contains(f.Text, "no account is mounted there") {
		t.Errorf("%+v", f)
	}
}
