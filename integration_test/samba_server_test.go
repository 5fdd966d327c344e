package integration_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/integration_test/need"
)

// samba is a real Samba server on a loopback port of its own, with all of its
// state in a directory that goes with the test. Guests see its shares as the
// user nobody, and so need a mount with --allow-other.
type samba struct {
	t    *testing.T
	port int
	conf string
	cmd  *exec.Cmd
	log  output
}

// needSamba returns the server's path. It is called before anything is mounted:
// an ordinary user may not even share a mount.
func needSamba(t *testing.T) string {
	t.Helper()
	need.Root(t) // whose server can become the user that a client is
	need.Program(t, "smbclient")
	return need.Program(t, "smbd")
}

// export starts Samba with directories at the site under the names of shares.
//
// https://www.samba.org/samba/docs/current/man-html/smb.conf.5.html
func (s *site) export(shares map[string]string) *samba {
	t := s.t
	t.Helper()
	program := needSamba(t)
	s.letAllIn()
	dir := t.TempDir()
	server := &samba{t: t, port: freePort(t), conf: filepath.Join(dir, "smb.conf"), log: newOutput(t)}
	conf := fmt.Sprintf(`[global]
server role = standalone server
interfaces = 127.0.0.1
bind interfaces only = yes
smb ports = %d
disable netbios = yes
map to guest = Bad User
guest account = nobody
load printers = no
disable spoolss = yes
log file = %[2]s/smbd.log
private dir = %[2]server
lock directory = %[2]server
state directory = %[2]server
cache directory = %[2]server
pid directory = %[2]server
ncalrpc dir = %[2]s/ncalrpc
`, server.port, dir)
	for name, path := range shares {
		conf += fmt.Sprintf("[%s]\npath = %s\nguest ok = yes\nread only = yes\n", name, path)
	}
	if err := os.WriteFile(server.conf, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	server.cmd = exec.Command(program, "--foreground", "--no-process-group", "--configfile", server.conf)
	server.cmd.Stdout, server.cmd.Stderr = server.log.File, server.log.File
	server.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := server.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.kill)
	untilListening(t, "Samba", server.port)
	return server
}

// letAllIn lets every user go through the directories of the test to the one that
// the mountpoint is in.
func (s *site) letAllIn() {
	s.t.Helper()
	for dir := filepath.Dir(s.dir); strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			s.t.Fatal(err)
		}
	}
}

// kill ends the server with all of its processes, one for each session.
func (s *samba) kill() {
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	_ = s.cmd.Wait()
	if !within(patience, func() bool { return syscall.Kill(-s.cmd.Process.Pid, 0) == syscall.ESRCH }) {
		s.t.Error("processes of Samba are left over")
	}
}

// client is a command of smbclient at a share, without what it is to do there.
//
// https://www.samba.org/samba/docs/current/man-html/smbclient.1.html
func (s *samba) client(share string, args ...string) []string {
	return slices.Concat([]string{"--configfile", s.conf, "--no-pass", "--port", strconv.Itoa(s.port), "//127.0.0.1/" + share}, args)
}
