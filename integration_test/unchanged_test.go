package integration_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// wantCallsAtMost checks what something cost since the log was reset.
func (m *mounted) wantCallsAtMost(what string, most int) {
	m.t.Helper()
	if n := m.Calls(); n > most {
		m.t.Errorf("%s: %d calls, want %d at most", what, n, most)
	}
}

// names are those that a directory lists.
func (m *mounted) names(dir string) map[string]bool {
	m.t.Helper()
	all := map[string]bool{}
	for _, name := range lines(m.run("ls", dir)) {
		all[name] = true
	}
	return all
}

// wantExactly checks that a module lists its records and no others.
func (m *mounted) wantExactly(what string, ids []int64) {
	m.t.Helper()
	got := m.names(m.path("Contacts"))
	if len(got) != len(ids) {
		m.t.Errorf("%s: %d names, want %d", what, len(got), len(ids))
	}
	for _, id := range ids {
		if !got[strconv.FormatInt(id, 10)] {
			m.t.Errorf("%s: %d is missing", what, id)
		}
	}
}

// What is known is renewed by what changed.
func TestListingIsRenewedByWhatChanged(t *testing.T) {
	t.Parallel()
	for _, b := range []struct {
		name string
		bigintest.Behaviour
	}{
		{"the likeliest", bigintest.Behaviour{}},
		{"removals only since then", bigintest.Behaviour{DeletedConditional: true, DeletedOrder: bigintest.Unsorted}},
		{"removals without end", bigintest.Behaviour{DeletedEndless: true}},
		{"a clock a day ahead", bigintest.Behaviour{ClockSkew: 24 * time.Hour}},
		{"a clock a day behind", bigintest.Behaviour{ClockSkew: -24 * time.Hour}},
	} {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			const n = 20_000
			s := &bigintest.Server{Behaviour: b.Behaviour}
			ids := add(s, "Contacts", n, 100, 3)
			const ttl = 300 * time.Millisecond
			m := mount(t, s, "--attr-ttl", ttl.String())
			m.wantExactly("the first time", ids)
			time.Sleep(ttl)
			m.ResetLog()
			m.wantExactly("unchanged", ids)
			m.wantCallsAtMost("an unchanged listing", 2)

			for i, id := range []int64{ids[6], ids[7000], ids[19_998]} {
				s.Rename("Contacts", id, "Ada", fmt.Sprint("Byron", i))
			}
			s.Delete("Contacts", ids[100])
			s.Delete("Contacts", ids[19_000])
			now := append(append(append([]int64{}, ids[:100]...), ids[101:19_000]...), ids[19_001:]...)
			now = append(now, s.Add("Contacts", bigintest.Record{Last: "new", Photo: photoOf(300, 9)}))
			time.Sleep(ttl)
			m.ResetLog()
			m.wantExactly("after six changes", now)
			m.wantCallsAtMost("six changes", 4)
			byName := m.names(m.path("by-name", "Contacts"))
			if !byName["new.jpg"] || !byName["Ada Byron0.jpg"] {
				t.Error("by-name does not follow")
			}

			m = m.remount("--attr-ttl", "1m")
			begun := time.Now()
			m.wantExactly("after a remount", now)
			m.wantCallsAtMost("a remount", 3)
			t.Logf("%v for all names after a remount", time.Since(begun))
		})
	}
}

// A walk that takes longer than records are believed costs what changed, and
// not a call for each of them.
func TestWalkBeyondItsTime(t *testing.T) {
	t.Parallel()
	need.Program(t, "rsync")
	const n, ttl = 3000, time.Second
	s := &bigintest.Server{Behaviour: bigintest.Behaviour{Latency: time.Millisecond}}
	add(s, "Contacts", n, 2000, 4)
	m := mount(t, s, "--attr-ttl", ttl.String(), "--content-ttl", "2s")
	out := copiedTo(m)
	m.run("cp", "-r", m.path("Contacts"), out)
	if photos, records := s.Count(bigintest.KindPhoto), s.Count(bigintest.KindRecord); photos != n-n/4 || records != 0 {
		t.Errorf("a cold copy cost %d photo and %d record calls, want %d and none", photos, records, n-n/4)
	}
	m.sh(`chmod -R u+w "$1"; rm -r "$1"`, out)
	for _, tool := range []string{`rsync -a "$1/" "$2/"`, `find "$1" -ls`, `du -s "$1"`} {
		time.Sleep(2 * time.Second)
		m.ResetLog()
		begun := time.Now()
		m.sh(tool+` >/dev/null`, m.path("Contacts"), out)
		seconds := int(time.Since(begun)/ttl) + 1
		if photos, records, all := s.Count(bigintest.KindPhoto), s.Count(bigintest.KindRecord), s.Calls(); photos != 0 || records != 0 || all > 2*seconds {
			t.Errorf("%s: %d photo calls, %d record calls, %d in all in %d seconds", tool, photos, records, all, seconds)
		}
	}
}

// Photos are believed while their records do not change, and the one that does
// is fetched.
func TestPhotosOfUnchangedRecords(t *testing.T) {
	t.Parallel()
	const n, attr = 450, 300 * time.Millisecond
	for _, volatile := range []bool{false, true} {
		t.Run(fmt.Sprintf("volatile images %v", volatile), func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(n, 3000)
			s.Behaviour.VolatileImage = volatile
			m := mount(t, s, "--attr-ttl", attr.String(), "--content-ttl", "1s")
			read := func() { m.sh(`cat "$1"/*/photo.jpg >/dev/null`, m.path("Contacts")) }
			m.run("ls", m.path("Contacts"))
			read()
			if volatile {
				for range 2 {
					time.Sleep(1100 * time.Millisecond)
					read()
				}
				if got := s.Count(bigintest.KindPhoto); got > 2*n {
					t.Errorf("%d photos were fetched of %d", got, n)
				}
			}
			time.Sleep(1100 * time.Millisecond)
			m.ResetLog()
			read()
			m.wantPhotoCalls("again", 0)
			s.SetPhoto("Contacts", ids[77], photoOf(3500, 4711))
			time.Sleep(3 * time.Second) // times are whole seconds: a younger photo may be that of another change
			m.ResetLog()
			read()
			m.wantPhotoCalls("after one changed", 1)
			if got := m.run("cat", m.photo("Contacts", ids[77])); got != string(s.Photo("Contacts", ids[77])) {
				t.Error("the new photo is not shown")
			}
		})
	}
}

// Where an upload does not show in the record, that is found out, and nothing
// is believed for longer than it may be.
func TestUploadsThatDoNotShow(t *testing.T) {
	t.Parallel()
	s, ids := organisation(450, 3000)
	s.Behaviour.UploadKeepsImage, s.Behaviour.UploadKeepsModifiedTime = true, true
	flags := []string{"--attr-ttl", "200ms", "--content-ttl", "300ms", "--unchanged-ttl", "1s"}
	m := mount(t, s, flags...)
	m.expect("the record does not show it")
	m.expect("errno=ESTALE")
	m.run("ls", m.path("Contacts"))
	photo := m.photo("Contacts", ids[0])
	m.run("cat", photo)
	s.SetPhoto("Contacts", ids[0], photoOf(3100, 4711))
	eventually(t, "the photo is asked for again", func() bool { return m.try("cat", photo).out == string(s.Photo("Contacts", ids[0])) })
	eventually(t, "status tells", func() bool {
		m.try("ls", m.path("Contacts"))
		return strings.Contains(m.run(m.program, "status", "--json", m.dir), `"believed":false`)
	})
	s.SetPhoto("Contacts", ids[1], photoOf(3200, 4712))
	other := m.photo("Contacts", ids[1])
	eventually(t, "another is no more believed", func() bool { return m.try("cat", other).out == string(s.Photo("Contacts", ids[1])) })
	m = m.remount(flags...)
	m.expect("errno=ESTALE")
	m.run("ls", m.path("Contacts"))
	if !strings.Contains(m.run(m.program, "status", "--json", m.dir), `"believed":false`) {
		t.Error("that was forgotten")
	}
}

// What was known serves while Bigin cannot be reached, for as long as it may.
func TestOfflineFromTheStart(t *testing.T) {
	t.Parallel()
	s, ids := organisation(500, 3000)
	dir := filepath.Join(t.TempDir(), "photos")
	flags := []string{"--stale-if-error", "1h", "--cache-dir", dir, "--timeout", "3s"}
	m := mount(t, s, flags...)
	if err := os.Chmod(filepath.Dir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	m.run("ls", m.path("Contacts"))
	m.sh(`cat "$1"/*/photo.jpg >/dev/null`, m.path("Contacts"))
	m.stop()
	m.ResetLog()
	m.disconnect()
	m = m.site.mount(flags...)
	m.expect("mounting without having reached Zoho")
	m.expect("no access token")
	m.wantExactly("offline", ids)
	for _, id := range ids[:20] {
		if got := m.run("cat", m.photo("Contacts", id)); got != string(s.Photo("Contacts", id)) {
			t.Errorf("photo of %d is another", id)
		}
	}
	m.reconnect()
}

// What only looks at sizes reads no photo after a remount, even if it
// goes through all of them.
func TestSizesAfterRemountReadNothing(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	add(s, "Contacts", 100, 300, 0)
	m := mount(t, s)
	m.run("du", "-a", m.path("Contacts"))
	m = m.remount()
	m.ResetLog()
	m.run("du", "-a", m.path("Contacts"))
	m.stop() // nothing is under way any more
	if n := s.Count(bigintest.KindPhoto); n != 0 {
		t.Errorf("du cost %d photo calls after a remount, want none", n)
	}
}
