package integration_test

import (
	"fmt"
	"strings"
	"testing"
)

// writes are system calls that would change something. D is the directory of a
// record, P its photo, M the module and R the top.
var writes = []string{
	`os.open(P, os.O_WRONLY)`,
	`os.open(P, os.O_RDWR)`,
	`os.open(P, os.O_WRONLY | os.O_TRUNC)`,
	`os.open(P, os.O_WRONLY | os.O_APPEND)`,
	`os.open(D + "/new", os.O_WRONLY | os.O_CREAT)`,
	`os.open(M + "/new", os.O_WRONLY | os.O_CREAT | os.O_EXCL)`,
	`os.open(R + "/new", os.O_WRONLY | os.O_CREAT)`,
	`os.open(R, os.O_TMPFILE | os.O_WRONLY)`,
	`os.mkdir(D + "/new")`,
	`os.mkdir(M + "/new")`,
	`os.mkdir(R + "/Deals")`,
	`os.unlink(P)`,
	`os.unlink(R + "/Companies")`,
	`os.rmdir(D)`,
	`os.rmdir(M)`,
	`os.rename(P, D + "/new")`,
	`os.rename(D, M + "/new")`,
	`os.rename(M, R + "/Deals")`,
	`os.rename(P, M + "/photo.jpg")`,
	`os.link(P, D + "/new")`,
	`os.symlink("photo.jpg", D + "/new")`,
	`os.mkfifo(R + "/new")`,
	`os.truncate(P, 0)`,
	`os.truncate(P, 1 << 20)`,
	`os.chmod(P, 0o666)`,
	`os.chmod(D, 0o777)`,
	`os.chown(P, os.getuid(), os.getgid())`,
	`os.utime(P)`,
	`os.utime(D, (0, 0))`,
	`os.setxattr(P, "user.mime_type", b"image/png")`,
	`os.setxattr(R, "user.new", b"1")`,
	`os.removexattr(P, "user.mime_type")`,
}

// Nothing can be written, and the reason is the file system and not somebody's
// rights.
func TestEveryWriteIsRefused(t *testing.T) {
	t.Parallel()
	s, ids := organisation(2, 5000)
	m := mount(t, s)
	photo := m.photo("Contacts", ids[0])
	m.run("cat", photo)
	s.ResetLog()
	out := m.python(`
import errno, os, sys
R, M, D, P = sys.argv[1:5]
for write in sys.argv[5:]:
    try:
        eval(write)
        print("OK")
    except OSError as e:
        print(errno.errorcode[e.errno])
`, append([]string{m.dir, m.path("Contacts"), m.path("Contacts", fmt.Sprint(ids[0])), photo}, writes...)...)
	for i, got := range lines(out) {
		if got != "EROFS" {
			t.Errorf("%s: %s, want EROFS", writes[i], got)
		}
	}
	if n := s.Calls(); n != 0 {
		t.Errorf("%d calls to Bigin for writes: %v", n, s.Requests())
	}
	for _, r := range s.Requests() {
		if r.Method != "GET" {
			t.Errorf("%s %s reached Bigin", r.Method, r.Path)
		}
	}
	if got := m.run("cat", photo); got != string(s.Photo("Contacts", ids[0])) {
		t.Error("the photo has changed")
	}
}

func TestToolsSayThatItIsReadOnly(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 5000)
	m := mount(t, s)
	photo, dir := m.photo("Contacts", ids[0]), m.path("Contacts", fmt.Sprint(ids[0]))
	for _, tool := range [][]string{
		{"rm", "-f", photo},
		{"rm", "-rf", dir},
		{"rmdir", dir},
		{"mv", photo, dir + "/portrait.jpg"},
		{"cp", "/bin/true", dir + "/new"},
		{"cp", "/bin/true", photo},
		{"mkdir", m.path("Deals")},
		{"touch", photo},
		{"touch", m.path("new")},
		{"ln", "-s", "x", m.path("new")},
		{"chmod", "u+w", photo},
		{"truncate", "-s", "0", photo},
	} {
		if r := m.try(tool[0], tool[1:]...); r.code == 0 || !strings.Contains(r.stderr, messages["EROFS"]) {
			t.Errorf("%q ended with %d and %q", tool, r.code, r.stderr)
		}
	}
}
