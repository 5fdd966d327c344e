package integration_test

import (
	"bufio"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// watchesUpload runs doctor --api --watch-upload at the site, and uploads when
// it asks for that. It returns what doctor found.
func (s *site) watchesUpload(id int64, upload func()) string {
	s.t.Helper()
	cmd := exec.Command(program, "doctor", "--api", "--watch-upload", "Contacts/"+strconv.FormatInt(id, 10))
	cmd.Env = s.environ()
	in, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	said, err := cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	var out strings.Builder
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if strings.Contains(lines.Text(), "press Enter") {
			upload()
			if _, err := io.WriteString(in, "\n"); err != nil {
				s.t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil {
		s.t.Fatalf("doctor --api: %v:\n%s", err, &out)
	}
	return out.String()
}

// Whoever has an account can say what its records tell, and mounts go by that
// from the start, without having to find it out by a photo that is shown wrong.
func TestMountBelievesWhatWasWatched(t *testing.T) {
	t.Parallel()
	s, ids := organisation(5, 3000)
	s.Behaviour.UploadKeepsModifiedTime, s.Behaviour.UploadKeepsImage = true, true
	site := newSite(t, s)
	out := site.watchesUpload(ids[0], func() { s.SetPhoto("Contacts", ids[0], photoOf(4000, 1)) })
	if !strings.Contains(out, "an upload leaves the record as it was") || !strings.Contains(out, "with these limits: a new photo is seen only after --content-ttl") {
		t.Errorf("doctor says:\n%s", out)
	}

	m := site.mount("--attr-ttl", "200ms", "--content-ttl", "500ms")
	m.run("ls", m.path("Contacts"))
	m.reads(ids[1])
	s.SetPhoto("Contacts", ids[1], photoOf(5000, 2))
	eventually(t, "the new photo is shown", func() bool {
		return m.run("cat", m.photo("Contacts", ids[1])) == string(s.Photo("Contacts", ids[1]))
	})
	for _, line := range m.warnings() {
		t.Errorf("it had to find out: %s", line)
	}
}
