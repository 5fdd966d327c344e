package valkey

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/integration_test/need"
	vk "github.com/valkey-io/valkey-go"
)

func TestMain(m *testing.M) {
	m.Run()
	need.Report()
}

// engine is a real server on a loopback port of its own.
type engine struct {
	t    testing.TB
	dir  string
	port int
	args []string
	cmd  *exec.Cmd
}

// program returns the path of the server there is.
func program(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("valkey-server"); err == nil {
		return path
	}
	return need.Program(t, "redis-server")
}

// freePort returns a port that nobody listens on.
func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// startEngine starts a server that keeps nothing, with more arguments.
func startEngine(t testing.TB, args ...string) *engine {
	e := &engine{t: t, dir: t.TempDir(), port: freePort(t), args: args}
	e.start()
	t.Cleanup(e.kill)
	return e
}

func (e *engine) start() {
	e.t.Helper()
	base := []string{"--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", e.dir}
	if !contains(e.args, "--tls-port") {
		base = append(base, "--port", strconv.Itoa(e.port))
	}
	e.cmd = exec.Command(program(e.t), append(base, e.args...)...)
	log, err := os.OpenFile(filepath.Join(e.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		e.t.Fatal(err)
	}
	defer log.Close()
	e.cmd.Stdout, e.cmd.Stderr = log, log
	e.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := e.cmd.Start(); err != nil {
		e.t.Fatal(err)
	}
	eventually(e.t, "the server listens", func() bool {
		c, err := net.Dial("tcp", e.host())
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

func (e *engine) host() string { return "127.0.0.1:" + strconv.Itoa(e.port) }

func (e *engine) signal(s syscall.Signal) {
	if err := e.cmd.Process.Signal(s); err != nil {
		e.t.Fatal(err)
	}
}

func (e *engine) kill() {
	if e.cmd != nil {
		_ = e.cmd.Process.Kill()
		_ = e.cmd.Wait()
		e.cmd = nil
	}
}

// client returns a client to look at the server with.
func (e *engine) client() vk.Client {
	c, err := vk.NewClient(vk.ClientOption{InitAddress: []string{e.host()}, ForceSingleClient: true, DisableCache: true})
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(c.Close)
	return c
}

// do runs a command on the server.
func (e *engine) do(c vk.Client, args ...string) vk.ValkeyResult {
	return c.Do(context.Background(), c.B().Arbitrary(args...).Build())
}

// dump returns everything on the server, names and values.
func (e *engine) dump() map[string][]byte {
	c := e.client()
	names, err := e.do(c, "KEYS", "*").AsStrSlice()
	if err != nil {
		e.t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, name := range names {
		b, err := e.do(c, "GET", name).AsBytes()
		if err != nil { // a hash
			m, err := e.do(c, "HGETALL", name).AsStrMap()
			if err != nil {
				e.t.Fatal(name, err)
			}
			b = fmt.Append(nil, m)
		}
		all[name] = bytes.Clone(b)
	}
	return all
}

var alice = bigin.Credentials{ClientID: "1000.CLIENT", ClientSecret: "clientsecret", RefreshToken: "1000.alice", AccountsURL: "https://accounts.zoho.eu"}

// patient waits long: for tests of what is shared, not of how fast.
var patient = waits{look: 10 * time.Second, turn: 10 * time.Second, ping: 10 * time.Second}

// desk returns a desk of that login, which uses the server.
func desk(t testing.TB, a Address, c bigin.Credentials) *Server {
	t.Helper()
	s := deskWith(t, patient, a, c)
	eventually(t, "the server is used", s.link.isUp)
	return s
}

func deskNotUp(t testing.TB, a Address, c bigin.Credentials) *Server {
	t.Helper()
	return deskWith(t, usual, a, c)
}

func deskWith(t testing.TB, w waits, a Address, c bigin.Credentials) *Server {
	t.Helper()
	s, err := open(Options{Address: a, Credentials: c, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func (e *engine) address() Address { return Address{Host: e.host()} }

// record returns a record with a photo.
func record(id bigin.RecordID) bigin.Record {
	return bigin.Record{ID: id, Name: "Ada Lovelace", Image: 7, Modified: time.Unix(1_700_000_000, 0)}
}

// kept keeps a photo and waits until it is there.
func kept(t testing.TB, s *Server, r bigin.Record, b []byte, fetched time.Time) {
	t.Helper()
	s.Keep(bigin.Contacts, r, b, fetched)
	eventually(t, "the photo is kept", func() bool {
		_, _, ok := s.Photo(t.Context(), bigin.Contacts, r)
		return ok
	})
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

func contains(list []string, s string) bool {
	for _, each := range list {
		if each == s {
			return true
		}
	}
	return false
}
