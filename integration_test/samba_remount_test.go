package integration_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A mount that goes and comes back under open sessions of Samba. Where a directory
// above the mountpoint is shared, photos are there again as soon as it is mounted.
// Where the mountpoint itself is, the session's process of Samba still has its
// working directory in the mount that went: only what the kernel has cached is to
// be had until Samba changes the directory again, as it does when it reads its
// configuration. A new session has all at once.
func TestSambaOutlivesMount(t *testing.T) {
	t.Parallel()
	needSamba(t)
	flags := []string{"--allow-other"}
	s, ids := organisation(12, 40_000)
	m := mount(t, s, flags...)
	smb := m.export(map[string]string{"drive": m.dir, "above": filepath.Dir(m.dir)})
	drive, above := smb.open(m, "drive", ""), smb.open(m, "above", filepath.Base(m.dir)+`\`)
	reads := func(when string, session *sambaSession, id int64) {
		t.Helper()
		if got := session.get(id); got != string(s.Photo("Contacts", id)) {
			t.Errorf("%s: %s gets %d bytes, which are not the photo", when, session.share, len(got))
		}
	}
	reads("at first", drive, ids[0])
	reads("at first", above, ids[1])

	m.stop()
	if got := above.get(ids[2]); got != "" {
		t.Errorf("not mounted: %d bytes", len(got))
	}
	m = m.site.mount(flags...)
	for i, when := range []string{"remounted", "remounted after a kill"} {
		// Photos that nobody has read, so no cache has them.
		reads(when, above, ids[3+3*i])
		reads(when+", in a new session", smb.open(m, "drive", ""), ids[4+3*i])
		if got := drive.get(ids[5+3*i]); got != "" && got != string(s.Photo("Contacts", ids[5+3*i])) {
			t.Errorf("%s: the old session gets %d bytes, which are neither nothing nor the photo", when, len(got))
		}
		m.run("smbcontrol", "--configfile="+smb.conf, "smbd", "reload-config")
		eventually(t, "the old session has its directory again", func() bool {
			return drive.get(ids[5+3*i]) == string(s.Photo("Contacts", ids[5+3*i]))
		})
		if i == 0 {
			m.kill()
			m = m.site.mount(flags...)
		}
	}
}

// sambaSession is an smbclient that stays connected.
type sambaSession struct {
	*running
	share, prefix, out string
}

func (s *samba) open(m *mounted, share, prefix string) *sambaSession {
	s.t.Helper()
	return &sambaSession{m.begin("smbclient", s.client(share)...), share, prefix, filepath.Join(s.t.TempDir(), "photo")}
}

// get returns a photo of a contact, "" if there is none to be had.
func (s *sambaSession) get(id int64) string {
	t := s.m.t
	t.Helper()
	if _, err := fmt.Fprintf(s.in, "get \"%sContacts\\%d\\photo.jpg\" \"%s\"\n!echo done\n", s.prefix, id, s.out); err != nil {
		t.Fatal(err)
	}
	eventually(t, "smbclient has done what it was told", func() bool {
		// It has read the second line together with the first, and looks at it only
		// when there is another.
		if _, err := io.WriteString(s.in, "\n"); err != nil {
			t.Fatal(err)
		}
		select {
		case line := <-s.said:
			return line == "done"
		default:
			return false
		}
	})
	photo, err := os.ReadFile(s.out)
	if os.IsNotExist(err) {
		return ""
	}
	if err == nil {
		err = os.Remove(s.out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(photo)
}
