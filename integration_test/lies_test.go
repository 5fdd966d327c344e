package integration_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// A listing that does not come is never taken for one that is short: whatever
// happens to its first page, or to a later one, tools see all or fail, and a
// backup that follows the drive loses nothing. status says what happened.
//
// With CI=true these are all; else each fault happens to one of the pages.
//
// Pages that are full, in order, and never end look like a large module; what
// bounds them is tested where it is.
func TestFailedListingsDeleteNothing(t *testing.T) {
	t.Parallel()
	for i, f := range slices.Concat(wireFaults, listFaults) {
		for j, later := range []bool{false, true} {
			if (later != (i%2 == 0)) && !thorough() {
				continue // half of them take long enough
			}
			known, protocol := (i+j)%2 == 0, []bigintest.Protocol{bigintest.HTTP2, bigintest.PlainHTTP}[i/2%2]
			t.Run(fmt.Sprintf("%s, later page %v, known %v, %s", f.name, later, known, protocol), func(t *testing.T) {
				t.Parallel()
				fault := f.fault // the same is tried side by side
				fault.Kind, fault.Later = bigintest.KindList, later
				if fault.Wrong == bigintest.EndlessShort {
					known = false // to a renewal the invented records are as good as others
				}
				newLiar(t, protocol).seeAllOrFail(fault, known)
			})
		}
	}
}

// The same when it is the token that cannot be had. However that fails, it costs
// few requests. With CI=true these are all; else every third.
func TestFailedTokensDeleteNothing(t *testing.T) {
	t.Parallel()
	for i, f := range slices.Concat(wireFaults, tokenFaults) {
		if i%3 != 0 && !thorough() {
			continue
		}
		protocol := []bigintest.Protocol{bigintest.HTTP2, bigintest.PlainHTTP}[i%2]
		t.Run(fmt.Sprintf("%s, %s", f.name, protocol), func(t *testing.T) {
			t.Parallel()
			f.fault.Kind = bigintest.KindToken
			l := newLiar(t, protocol)
			l.m.expect("token") // also without an operation, when it is asked for beforehand
			l.m.expect("login")
			l.seeAllOrFail(f.fault, true)
			l.tokens(f.fault)
		})
	}
}

// liar is a mount with a backup whose server lies.
type liar struct {
	t       *testing.T
	m       *mounted
	records []string // all that are there
	photos  int
	failed  bool // some tool did
}

const (
	liarTimeout = 2 * time.Second
	liarTTL     = 300 * time.Millisecond
	liarSpare   = 1500 * time.Millisecond
)

func newLiar(t *testing.T, p bigintest.Protocol) *liar {
	s := &bigintest.Server{}
	s.Behaviour.NoGrantLimit = true
	l := &liar{t: t}
	for i, id := range add(s, "Contacts", 700, 600, 3) {
		l.records = append(l.records, strconv.FormatInt(id, 10))
		if i%3 != 2 {
			l.photos++
		}
	}
	ttl := liarTTL.String()
	l.m = newSiteOver(t, p, s).mount("--timeout", liarTimeout.String(), "--attr-ttl", ttl, "--negative-ttl", ttl)
	l.m.expect("operation failed")
	l.m.expect("mounting without having reached Zoho") // on a busy machine, with so short a time limit
	l.m.expect("each renewal lists them all")
	return l
}

// seeAllOrFail lets the fault happen to listings and looks at what tools make of
// it. If the listing is known it is the renewal that fails.
func (l *liar) seeAllOrFail(fault bigintest.Fault, known bool) {
	t, m := l.t, l.m
	t.Helper()
	if known {
		l.ls("before any fault", len(l.records), m.path("Contacts"))
		l.ls("before any fault", l.photos, m.path("by-name", "Contacts"))
		if l.failed {
			t.Fatal("before any fault")
		}
		time.Sleep(liarTTL + 50*time.Millisecond) // until the listing's time is over, which nothing shows
	}
	l.happen(fault)
	l.ls("by-name", l.photos, m.path("by-name", "Contacts"))
	l.happen(fault)
	l.ls("Contacts", len(l.records), m.path("Contacts"))
	l.happen(fault)
	l.rsync()
	if l.failed {
		l.status()
	}
	m.ClearFaults()
	if heals(fault) {
		eventually(t, "all is well again", func() bool {
			return slices.Equal(lines(m.try("ls", m.path("Contacts")).out), l.records)
		})
	}
}

// heals reports whether all is well soon after the fault: a pause that Bigin asks
// for goes on, what it says of a login holds until somebody signs in again, and
// after an answer that is not Zoho's nobody asks for a token for half a minute.
func heals(f bigintest.Fault) bool {
	said := f.Body != nil || f.Set != nil || f.Status != 0 && f.Status < 500
	strange := f.Length != 0 || f.Inflate != 0 || f.RedirectLoop
	return f.RetryAfter == 0 && !(f.Kind == bigintest.KindToken && (said || strange))
}

// happen lets the fault happen from now on, with a new token if it is one of
// those.
func (l *liar) happen(fault bigintest.Fault) {
	l.m.ClearFaults()
	l.m.AddFault(fault)
	if fault.Kind == bigintest.KindToken {
		l.m.RevokeTokens()
	}
}

// ls has ls see a directory whole or fail in time.
func (l *liar) ls(what string, want int, dir string) {
	l.t.Helper()
	begun := time.Now()
	r := l.m.try("ls", dir)
	took := time.Since(begun)
	got := lines(r.out)
	switch {
	case r.code == 0 && len(got) != want:
		l.t.Errorf("%s: ls ended with 0 and %d names of %d", what, len(got), want)
	case r.code == 0 && what == "Contacts" && !slices.Equal(got, l.records):
		l.t.Errorf("%s: ls shows other records", what)
	case r.code != 0 && !slices.ContainsFunc(tableErrnos, func(errno string) bool { return strings.Contains(r.stderr, messages[errno]) }):
		l.t.Errorf("%s: ls says %q", what, r.stderr)
	}
	l.failed = l.failed || r.code != 0
	if took > liarTimeout+liarSpare {
		l.t.Errorf("%s: ls took %v, with a time limit of %v for an operation", what, took, liarTimeout)
	}
}

// tableErrnos are those of the table that a listing may fail with. ENOENT is not
// among them: the C library takes it for the end.
var tableErrnos = []string{"EACCES", "EIO", "ETIMEDOUT", "EDQUOT"}

// rsync has a backup follow the drive, and looks at what is left of it.
func (l *liar) rsync() {
	l.t.Run("rsync", func(t *testing.T) {
		need.Program(t, "rsync")
		backup := backupOf(t, l.m.Server)
		r := l.m.try("rsync", "-a", "--delete", l.m.path("Contacts"), backup+"/")
		l.failed = l.failed || r.code != 0
		lost := 0
		for _, id := range l.records {
			if _, err := os.Stat(filepath.Join(backup, "Contacts", id)); err != nil {
				lost++
			}
		}
		if lost > 0 {
			t.Fatalf("rsync ended with %d, and the backup has lost %d records of %d:\n%s", r.code, lost, len(l.records), r.stderr)
		}
		if got := checkCopy(t, l.m.Server, backup); got != l.photos {
			t.Errorf("rsync ended with %d, and %d photos of the backup are right, of %d", r.code, got, l.photos)
		}
	})
}

// status has status name what failed.
func (l *liar) status() {
	l.t.Helper()
	seen, text := l.m.status()
	for _, f := range seen.Failures {
		if f.Error != "" && f.Errno != "" && strings.Contains(f.Path, "Contacts") && strings.Contains(text, f.Path) {
			return
		}
	}
	l.t.Errorf("tools failed, and status names %+v:\n%s", seen.Failures, text)
}

// tokens counts what one operation asks for a token: the photo of a record that
// nobody listed is one call.
func (l *liar) tokens(fault bigintest.Fault) {
	l.t.Helper()
	l.happen(fault)
	before := l.m.Count(bigintest.KindToken)
	got := l.m.errnoOf(l.m.photo("Accounts", 4711))
	if got != "ENOENT" && !slices.Contains(tableErrnos, got) {
		l.t.Errorf("reading a photo without a token: %s", got)
	}
	if n := l.m.Count(bigintest.KindToken) - before; n > 4 {
		l.t.Errorf("%d requests for a token, want at most 4", n)
	}
	l.m.ClearFaults()
}

// backupOf is a complete copy of an organisation's contacts as rsync would make
// it.
func backupOf(t *testing.T, s *bigintest.Server) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "backup")
	for _, id := range s.IDs("Contacts") {
		record := filepath.Join(dir, "Contacts", strconv.FormatInt(id, 10))
		if err := os.MkdirAll(record, 0o755); err != nil {
			t.Fatal(err)
		}
		if photo := s.Photo("Contacts", id); photo != nil {
			name := filepath.Join(record, "photo.jpg")
			if err := os.WriteFile(name, photo, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(name, changed, changed); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}
