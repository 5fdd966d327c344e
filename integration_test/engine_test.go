package integration_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/integration_test/need"
)

// engine is a real server that desks share, on a loopback port of its own.
type engine struct {
	t    *testing.T
	port int
	dir  string
	cmd  *exec.Cmd
}

// startEngine starts a Valkey or Redis server. It ends with the test.
func startEngine(t *testing.T) *engine {
	t.Helper()
	e := &engine{t: t, port: freePort(t), dir: t.TempDir()}
	t.Cleanup(e.kill)
	e.start()
	return e
}

func (e *engine) start() {
	e.t.Helper()
	program, err := exec.LookPath("valkey-server")
	if err != nil {
		program = need.Program(e.t, "redis-server")
	}
	e.cmd = exec.Command(program, "--bind", "127.0.0.1", "--port", strconv.Itoa(e.port), "--requirepass", enginePassword,
		"--save", "", "--appendonly", "no", "--rdbcompression", "no", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru",
		"--dir", e.dir, "--logfile", filepath.Join(e.dir, "log"))
	e.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := e.cmd.Start(); err != nil {
		e.t.Fatal(err)
	}
	// It stands for a machine of its own, and is not to wait for the desks here.
	// Only root can say so.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, e.cmd.Process.Pid, -20)
	untilListening(e.t, "the server", e.port)
}

const enginePassword = "entre-nous"

func (e *engine) host() string { return "127.0.0.1:" + strconv.Itoa(e.port) }

// flags are those of a mount that shares by the server.
func (e *engine) flags() []string {
	e.t.Helper()
	file := filepath.Join(e.dir, "password")
	if err := os.WriteFile(file, []byte(enginePassword+"\n"), 0o600); err != nil {
		e.t.Fatal(err)
	}
	return []string{"--shared-cache", "redis://" + e.host(), "--shared-cache-password-file", file}
}

func (e *engine) kill() {
	if e.cmd != nil {
		_ = e.cmd.Process.Kill()
		_ = e.cmd.Wait()
		e.cmd = nil
	}
}

// everything is all that the server holds, as it would write it to disk.
func (e *engine) everything() []byte {
	e.t.Helper()
	c, err := net.Dial("tcp", e.host())
	if err != nil {
		e.t.Fatal(err)
	}
	defer c.Close()
	if _, err := fmt.Fprintf(c, "AUTH %s\r\nSAVE\r\n", enginePassword); err != nil {
		e.t.Fatal(err)
	}
	answers := bufio.NewReader(c)
	for range 2 {
		if line, err := answers.ReadString('\n'); line != "+OK\r\n" {
			e.t.Fatal(line, err)
		}
	}
	b, err := os.ReadFile(filepath.Join(e.dir, "dump.rdb"))
	if err != nil {
		e.t.Fatal(err)
	}
	return b
}
