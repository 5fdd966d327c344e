package integration_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/integration_test/need"
)

// ganesha is a real NFS server on a loopback port of its own, with all of its
// state in a directory that goes with the test. It reads the mount as a user
// without rights, and so needs one with --allow-other.
type ganesha struct {
	t      *testing.T
	port   int
	conf   string // file
	core   string // of it
	export string // too
	cmd    *exec.Cmd
	log    output
}

// needGanesha returns the server's path. It is called before anything is mounted:
// an ordinary user may not even share a mount.
func needGanesha(t *testing.T) string {
	t.Helper()
	need.Root(t) // who opens files by their handles
	need.Program(t, "nfs-ls")
	return need.Program(t, "ganesha.nfsd")
}

// exportNFS has a server export a directory at the site as /drive.
//
// https://github.com/nfs-ganesha/nfs-ganesha/blob/next/src/doc/man/ganesha-core-config.rst
func (at *site) exportNFS(path string) *ganesha {
	t := at.t
	t.Helper()
	program := needGanesha(t)
	at.letAllIn()
	dir := t.TempDir()
	g := &ganesha{t: t, port: freePort(t), conf: filepath.Join(dir, "ganesha.conf"), log: newOutput(t)}
	g.core = fmt.Sprintf(`NFS_CORE_PARAM {
	Protocols = 4;
	Bind_addr = 127.0.0.1;
	NFS_Port = %d;
	Enable_NLM = false;
	Enable_RQUOTA = false;
	Enable_UDP = false;
}
NFSv4 {
	Graceless = true;
	RecoveryBackend = fs;
	RecoveryRoot = %q;
}
`, g.port, dir)
	g.export = fmt.Sprintf(`EXPORT {
	Export_Id = 1;
	Path = %q;
	Pseudo = /drive;
	Filesystem_Id = 1.1;
	Access_Type = RO;
	FSAL { Name = VFS; }
}
`, path)
	g.configure(g.core + g.export)
	g.cmd = exec.Command(program, "-F", "-f", g.conf, "-p", filepath.Join(dir, "pid"), "-L", "STDERR")
	g.cmd.Stdout, g.cmd.Stderr = g.log.File, g.log.File
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := g.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = g.cmd.Process.Kill()
		_ = g.cmd.Wait()
		if t.Failed() {
			t.Logf("the NFS server says:\n%s", g.log)
		}
	})
	untilListening(t, "the NFS server", g.port)
	return g
}

func (g *ganesha) configure(text string) {
	g.t.Helper()
	if err := os.WriteFile(g.conf, []byte(text), 0o600); err != nil {
		g.t.Fatal(err)
	}
}

// exportAnew takes the export out of the configuration, and puts it in again.
func (g *ganesha) exportAnew(m *mounted) {
	g.t.Helper()
	for _, exported := range []bool{false, true} {
		text := g.core
		if exported {
			text += g.export
		}
		g.configure(text)
		if err := g.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			g.t.Fatal(err)
		}
		eventually(g.t, "the NFS server has read its configuration", func() bool {
			return strings.Contains(m.try("nfs-ls", g.url("")).stderr, "NOENT") != exported
		})
	}
}

// url is a file or directory of the export as clients of libnfs name it.
//
// https://github.com/sahlberg/libnfs#url-format
func (g *ganesha) url(path string) string {
	return fmt.Sprintf("nfs://127.0.0.1/drive/%s?version=4&nfsport=%d", path, g.port)
}
