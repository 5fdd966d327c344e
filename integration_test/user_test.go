package integration_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/integration_test/need"
)

// An ordinary user mounts with the help of fusermount3, and nobody else can see the
// mount. Where the tests run as an ordinary user, all of them show that.
func TestOrdinaryUser(t *testing.T) {
	need.Root(t)
	fusermount := need.Program(t, "fusermount3")
	if info, err := os.Stat(fusermount); err != nil || info.Mode()&os.ModeSetuid == 0 {
		need.Missing(t, fusermount+" is not setuid root")
	}
	setMode(t, "/dev/fuse", 0o666)

	server := threeModules()
	s := newSite(t, server)
	s.asNobody()
	m := s.mount()
	id := server.IDs("Contacts")[0]
	if got := m.run("stat", "-c", "%u:%g %a", m.photo("Contacts", id)); got != "65534:65534 444\n" {
		t.Errorf("owner and mode of a photo: %s", got)
	}
	if got := m.errnoOf(m.photo("Contacts", id)); got != "OK 512" {
		t.Errorf("reading: %s", got)
	}
	if got := m.sh(`cp -r "$1" "$2"; find "$2" -name photo.jpg | wc -l`, m.path("Products"), s.home+"/copy"); strings.TrimSpace(got) != "7" {
		t.Errorf("cp -r brought %s photos, want 7", got)
	}
	// Even root is another user to FUSE.
	if out, err := exec.Command("ls", m.dir).CombinedOutput(); err == nil {
		t.Errorf("another user sees %q", out)
	}
	m.stop()

	again := s.mount()
	again.kill()
	again = s.mount()
	if got := again.errnoOf(again.photo("Contacts", id)); got != "OK 512" {
		t.Errorf("reading after a kill: %s", got)
	}
	s.start("unmount", s.dir).ends(0)
	again.ends(0)
}

// asNobody lets the user without rights mount at the site, and read.
func (s *site) asNobody() {
	s.t.Helper()
	const nobody = 65534
	for _, dir := range []string{s.home, s.dir} {
		if err := os.Chown(dir, nobody, nobody); err != nil {
			s.t.Fatal(err)
		}
		for up := filepath.Dir(dir); strings.Contains(up, s.t.Name()); up = filepath.Dir(up) {
			if err := os.Chmod(up, 0o755); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	s.as = []string{need.Program(s.t, "setpriv"), "--reuid", "65534", "--regid", "65534", "--clear-groups"}
}

// setMode says who may open a device during the test.
func setMode(t *testing.T, device string, mode os.FileMode) {
	t.Helper()
	info, err := os.Stat(device)
	if err != nil {
		need.Missing(t, err.Error())
	}
	if err := os.Chmod(device, mode); err != nil {
		need.Missing(t, err.Error())
	}
	t.Cleanup(func() {
		if err := os.Chmod(device, info.Mode().Perm()); err != nil {
			t.Error(err)
		}
	})
}

// Without rights to the device, the message says what to do.
func TestOrdinaryUserWithoutDevice(t *testing.T) {
	need.Root(t)
	setMode(t, "/dev/fuse", 0o600)
	s := newSite(t, threeModules())
	s.asNobody()
	m := s.start("mount", s.dir)
	m.ends(5)
	if log := m.log.String(); !strings.Contains(log, "/dev/fuse") || !strings.Contains(log, "chmod") || len(lines(log)) != 1 {
		t.Errorf("it says %q, want a line about /dev/fuse and what to do", log)
	}
}

// A user who may not share mounts with others is told how to get permission.
func TestOrdinaryUserMayNotShare(t *testing.T) {
	t.Parallel()
	need.Root(t)
	s := newSite(t, threeModules())
	s.asNobody()
	if conf, err := os.ReadFile("/etc/fuse.conf"); err == nil && slices.Contains(lines(string(conf)), "user_allow_other") {
		s.as = slices.Concat([]string{need.Program(t, "unshare"), "-m", "sh", "-c", `mount --bind /dev/null /etc/fuse.conf; exec "$@"`, "sh"}, s.as)
	}
	m := s.start("mount", "--allow-other", s.dir)
	m.ends(1)
	if got, want := m.log.String(), "biginfs: --allow-other: users may not share their mounts on this machine; to let them, as root: echo user_allow_other >> /etc/fuse.conf\n"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}
