package integration_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// A token that is revoked while many read costs one other, and nobody notices.
func TestTokenRevokedUnderParallelReads(t *testing.T) {
	t.Parallel()
	s, ids := organisation(40, 30_000)
	s.Behaviour.Latency = 20 * time.Millisecond
	m := mount(t, s)
	// Twenty readers of two photos each, apart so that nothing is read ahead.
	var readers []*running
	for i := range 20 {
		readers = append(readers, m.begin("sh", "-ec", `cat "$1" "$2" | md5sum; cat "$1" "$2" | wc -c`, "sh",
			m.photo("Contacts", ids[i]), m.photo("Contacts", ids[39-i])))
	}
	eventually(t, "some photos have come", func() bool { return s.Count(bigintest.KindPhoto) >= 12 })
	s.RevokeTokens()
	for i, r := range readers {
		sum, size := r.hear(), r.hear()
		if code := r.end(); code != 0 || size != "60000" || r.stderr.Len() > 0 {
			t.Errorf("reader %d ended with %d after %s bytes: %s", i, code, size, r.stderr.String())
		}
		if want := md5Of(s.Photo("Contacts", ids[i]), s.Photo("Contacts", ids[39-i])); !strings.HasPrefix(sum, want) {
			t.Errorf("reader %d got other bytes", i)
		}
	}
	if n := s.Count(bigintest.KindToken); n != 2 {
		t.Errorf("%d access tokens were made, want one at the start and one more", n)
	}
	refused := 0
	for _, r := range s.Requests() {
		if r.Status == http.StatusUnauthorized {
			refused++
		}
	}
	if refused == 0 {
		t.Error("the token was revoked too late to disturb anybody")
	}
}

// Zoho makes only ten access tokens in ten minutes.
func TestRemountsShareOneToken(t *testing.T) {
	t.Parallel()
	server, ids := organisation(1, 3000)
	s := newSite(t, server)
	for range 6 {
		m := s.mount()
		if got := m.run("cat", m.photo("Contacts", ids[0])); len(got) != 3000 {
			t.Errorf("%d bytes, want 3000", len(got))
		}
		m.stop()
	}
	if n := s.Count(bigintest.KindToken); n != 1 {
		t.Errorf("six mounts made %d access tokens, want 1", n)
	}
}

// Two mounts at once share it too, also when it has to be replaced.
func TestTwoMountsShareOneToken(t *testing.T) {
	t.Parallel()
	server, ids := organisation(2, 3000)
	one := newSite(t, server)
	two := newSite(t, server)
	two.url, two.home = one.url, one.home
	a, b := one.mount(), two.mount()
	a.run("cat", a.photo("Contacts", ids[0]))
	b.run("cat", b.photo("Contacts", ids[0]))
	server.RevokeTokens()
	a.run("cat", a.photo("Contacts", ids[1]))
	b.run("cat", b.photo("Contacts", ids[1]))
	if n := server.Count(bigintest.KindToken); n != 2 {
		t.Errorf("two mounts made %d access tokens, want one and its successor", n)
	}
}

// Trouble that waiting does not mend ends the mount before it begins, with a remedy.
func TestRefusedCredentials(t *testing.T) {
	t.Parallel()
	for _, bad := range []struct{ name, env, code string }{
		{"refresh token", "BIGINFS_REFRESH_TOKEN=1000.abad1dea", "invalid_code"},
		{"client", "BIGINFS_CLIENT_ID=1000.ABAD1DEA", "invalid_client"},
		{"client secret", "BIGINFS_CLIENT_SECRET=abad1dea", "invalid_client_secret"},
	} {
		t.Run(bad.name, func(t *testing.T) {
			s := newSite(t, &bigintest.Server{})
			s.env = []string{bad.env}
			m := s.start("mount", s.dir)
			m.ends(3)
			if log := m.log.String(); !strings.Contains(log, bad.code) || !strings.Contains(log, "biginfs login") || len(lines(log)) != 1 {
				t.Errorf("it says %q, want one line that tells of %s and of biginfs login", log, bad.code)
			}
			if n := s.Count(bigintest.KindToken); n != 1 {
				t.Errorf("it asked %d times for a token that it will not get", n)
			}
			if _, wrong, _ := strings.Cut(bad.env, "="); strings.Contains(m.log.String(), wrong) {
				t.Error("what was refused is in the message")
			}
		})
	}
}

// Credentials that are revoked later are a matter of rights for programs, and
// nothing that Zoho is asked about again and again.
func TestRefreshRefusedWhileMounted(t *testing.T) {
	t.Parallel()
	s, ids := organisation(3, 3000)
	m := mount(t, s)
	m.run("cat", m.photo("Contacts", ids[0]))
	s.RefuseGrant(true)
	s.RevokeTokens()
	m.expect("no access token", "invalid_code")
	m.expect("operation failed", "errno=EACCES")
	m.fails(m.photo("Contacts", ids[1]), "EACCES")
	if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "OK 3000" {
		t.Errorf("what is in the cache: %s", got)
	}
	if got := m.errnoOfList(m.path("Products")); got != "EACCES" {
		t.Errorf("listing: %s, want EACCES", got)
	}
	if n := s.Count(bigintest.KindToken); n != 2 {
		t.Errorf("%d requests for a token, want the first and one that was refused", n)
	}
}

// A Bigin that refuses every token does not use up the ten.
func TestEveryTokenIsRefused(t *testing.T) {
	t.Parallel()
	s, ids := organisation(12, 3000)
	m := mount(t, s)
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", Code: "INVALID_TOKEN"})
	m.expect("operation failed", "errno=EACCES")
	m.expect("no access token")
	for _, id := range ids {
		if got := m.errnoOf(m.photo("Contacts", id)); got != "EACCES" {
			t.Errorf("reading: %s, want EACCES", got)
		}
	}
	if n := s.Count(bigintest.KindToken); n > 3 {
		t.Errorf("%d access tokens were made in a moment", n)
	}
}

// Zoho's answer to too many grants is waited out, not asked for again.
func TestTooManyGrants(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 200} {
		t.Run(fmt.Sprint("status ", status), func(t *testing.T) {
			s, ids := organisation(2, 3000)
			m := mount(t, s)
			m.expect("errno=EACCES")
			m.expect("no access token", "wait a quarter of an hour")
			s.AddFault(bigintest.Fault{Path: "/oauth/v2/token", Status: status,
				Body: []byte(`{"error_description":"You have made too many requests continuously.","error":"Access Denied","status":"failure"}`)})
			s.RevokeTokens()
			m.fails(m.photo("Contacts", ids[0]), "EACCES")
			m.fails(m.photo("Contacts", ids[1]), "EACCES")
			if n := s.Count(bigintest.KindToken); n != 2 {
				t.Errorf("%d requests for a token, want the first and one that was denied", n)
			}
		})
	}
}
