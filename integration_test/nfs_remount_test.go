package integration_test

import (
	"fmt"
	"io"
	"path/filepath"
	"testing"
)

// A mount that goes and comes back under an NFS server, which keeps to the one
// that it began with: what it has not seen before is an error, and nothing else,
// until the export is made again. Then new clients have all at once. Where a
// directory above the mountpoint is exported, clients that stayed mounted have
// too, but for the files that they hold open; where the mountpoint itself is, its
// handle is stale, and they must mount again.
func TestNFSOutlivesMount(t *testing.T) {
	t.Parallel()
	needGanesha(t)
	for _, c := range []struct {
		exported string
		above    bool
	}{{"the mountpoint", false}, {"the directory above", true}} {
		t.Run(c.exported, func(t *testing.T) {
			t.Parallel()
			flags := []string{"--allow-other"}
			s, ids := organisation(12, 40_000)
			m := mount(t, s, flags...)
			dir, below := m.dir, ""
			if c.above {
				dir, below = filepath.Dir(m.dir), filepath.Base(m.dir)+"/"
			}
			nfs := m.exportNFS(dir)
			session := nfs.mount(m)
			path := func(id int64) string { return fmt.Sprintf("%sContacts/%d/photo.jpg", below, id) }
			want := func(when, command, answer string) {
				t.Helper()
				if got := session.ask(command); got != answer {
					t.Errorf("%s: %s: %s, want %s", when, command, got, answer)
				}
			}
			read := func(when string, id int64) {
				t.Helper()
				want(when, "read /"+path(id), "40000 "+md5Of(s.Photo("Contacts", id)))
			}
			read("at first", ids[0])
			want("at first", "hold /"+path(ids[1]), "held")

			m.stop()
			for i, when := range []string{"remounted", "remounted after a kill"} {
				// Photos that nobody has read, so no cache has them.
				want("not mounted", "read /"+path(ids[2+4*i]), "EIO")
				m = m.site.mount(flags...)
				want(when, "read /"+path(ids[2+4*i]), "EIO")
				if got := nfs.get(m, path(ids[3+4*i])); got != "" {
					t.Errorf("%s: a new client gets %d bytes before the export is made anew", when, len(got))
				}
				nfs.exportAnew(m)
				if got := nfs.get(m, path(ids[3+4*i])); got != string(s.Photo("Contacts", ids[3+4*i])) {
					t.Errorf("%s: a new client gets %d bytes, which are not the photo", when, len(got))
				}
				want(when, "held", "ESTALE")
				if c.above {
					read(when, ids[4+4*i])
					want(when, "hold /"+path(ids[5+4*i]), "held")
				} else {
					want(when, "read /"+path(ids[4+4*i]), "ESTALE")
					session = nfs.mount(m)
					want(when, "hold /"+path(ids[5+4*i]), "held")
				}
				if i == 0 {
					m.kill()
				}
			}
		})
	}
}

// nfsSession is a client that stays mounted.
type nfsSession struct{ *running }

func (g *ganesha) mount(m *mounted) nfsSession {
	m.t.Helper()
	s := nfsSession{m.begin("python3", "testdata/nfs-session.py", g.url(""))}
	if line := s.hear(); line != "mounted" {
		m.t.Fatalf("%q %s", line, s.stderr.String())
	}
	return s
}

// ask has the session do something, and returns what came of it.
func (s nfsSession) ask(command string) string {
	s.m.t.Helper()
	if _, err := io.WriteString(s.in, command+"\n"); err != nil {
		s.m.t.Fatal(err)
	}
	return s.hear()
}
