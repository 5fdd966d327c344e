package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
	"github.com/biginfs/biginfs/integration_test/need"
)

// Every command, at the most talkative level and with some trouble, keeps the
// secrets to itself: in what it prints, in its log and in its arguments.
func TestNoCommandTellsSecrets(t *testing.T) {
	need.FUSE(t)
	s := newSpy(t)
	dir := t.TempDir()
	t.Cleanup(func() {
		for _, left := range mountsBelow(dir) {
			t.Errorf("left mounted: %s", left)
			_ = fs.Unmount(left)
		}
	})
	login := bigintest.DefaultClientID + "\n" + bigintest.DefaultClientSecret + "\n"

	s.run(exitDone, login, "login")
	s.run(exitDone, login+s.GrantCode()+"\n", "login", "--self-client", "--profile", "self")
	s.run(exitCredentials, login+"1000.not.acode\n", "login", "--self-client", "--profile", "bad")
	s.device()
	s.run(exitDone, "", "config")
	s.run(anyExit, "", "doctor") // which looks at all mounts of the machine
	s.run(anyExit, "", "doctor", "--json")
	s.run(exitDone, "", "mount", "--background", dir)
	s.read(dir)
	s.RevokeTokens()
	s.read(dir) // with another token
	s.RefuseGrant(true)
	s.RevokeTokens()
	s.run(exitFailure, "", "doctor", dir)
	s.read(dir)
	s.run(exitDone, "", "status", dir)
	s.run(exitDone, "", "status", "--json", dir)
	s.run(exitCredentials, "", "mount", "--profile", "self", "--log-format", "json", t.TempDir())
	s.RefuseGrant(false)
	s.run(exitDone, login, "login", "--new-client")
	s.read(dir)
	s.run(exitDone, "", "unmount", dir)
	s.gone()
	s.AddFault(bigintest.Fault{Path: "/oauth/v2/token/revoke", Cut: true})
	s.run(exitFailure, "", "logout")
	s.ClearFaults()
	s.run(exitDone, "", "logout")
	s.run(exitDone, "", "logout", "--profile", "self")
	s.run(exitDone, "", "demo", "--background", dir)
	s.run(exitDone, "", "unmount", dir)
	s.gone()
	s.env = append(s.env, settings.EnvClientID+"="+bigintest.DefaultClientID, settings.EnvClientSecret+"="+bigintest.DefaultClientSecret, settings.EnvRefreshToken+"="+bigintest.DefaultRefreshToken)
	s.run(exitDone, "", "config")
	s.run(exitUsage, "", "mount", "--attr-ttl", "x", dir)
	s.check()
}

// anyExit is for commands that may fail or not.
const anyExit = -1

// spy sees what the program says to everybody, and what it tells Zoho alone.
type spy struct {
	*bigintest.Server
	t    *testing.T
	home string
	env  []string

	mu      sync.Mutex
	secrets map[string]string // what they are
	public  bytes.Buffer
}

func newSpy(t *testing.T) *spy {
	t.Helper()
	s := &spy{t: t, Server: &bigintest.Server{Behaviour: bigintest.Behaviour{DeviceInterval: time.Second}}, secrets: map[string]string{}}
	s.Add("Contacts", bigintest.Record{First: "Ada", Last: "Lovelace"})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	s.env = append(homeOf(t), "BIGINFS_ACCOUNTS_URL="+server.URL, "BIGINFS_LOG_LEVEL=debug", "BIGINFS_REDIRECT_PORT="+port,
		"BIGINFS_ATTR_TTL=0s", "PERSON=accepts", "PATH="+os.Getenv("PATH"))
	s.home = strings.TrimPrefix(s.env[0], "HOME=")
	return s
}

var (
	secretFields = []string{"client_secret", "refresh_token", "code", "code_verifier", "device_code", "token"}
	secretJSON   = regexp.MustCompile(`"(access_token|refresh_token|device_code)":\s*"([^"]+)"`)
	secretCode   = regexp.MustCompile(`[?&](code)=([^&]+)`)
)

// ServeHTTP notes the secrets of a conversation with the accounts server.
func (s *spy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/oauth/") {
		s.Server.ServeHTTP(w, r)
		return
	}
	var body bytes.Buffer
	s.Server.ServeHTTP(&twice{w, &body}, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = r.ParseForm()
	for _, name := range secretFields {
		if value := r.Form.Get(name); value != "" && s.secrets[value] == "" {
			s.secrets[value] = name
		}
	}
	for _, found := range append(secretJSON.FindAllStringSubmatch(body.String(), -1), secretCode.FindAllStringSubmatch(w.Header().Get("Location"), -1)...) {
		s.secrets[found[2]] = found[1]
	}
}

// twice writes to both.
type twice struct {
	http.ResponseWriter
	copy *bytes.Buffer
}

func (w *twice) Write(b []byte) (int, error) {
	w.copy.Write(b)
	return w.ResponseWriter.Write(b)
}

// run runs a command, and looks at the arguments of all processes of this home
// meanwhile.
func (s *spy) run(code int, stdin string, args ...string) {
	s.t.Helper()
	cmd := s.command(args...)
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &out
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.lookAtArguments()
	_ = cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != code && code != anyExit {
		s.t.Errorf("biginfs %q ended with %d, want %d:\n%s", args, got, code, &out)
	}
	s.public.Write(out.Bytes())
	s.lookAtArguments()
}

func (s *spy) command(args ...string) *exec.Cmd {
	cmd := exec.Command("biginfs", args...)
	cmd.Env = s.env
	cmd.WaitDelay = patience
	return cmd
}

// device logs in with a code that is typed elsewhere.
func (s *spy) device() {
	s.t.Helper()
	l := startLogin(s.t, append(s.env, settings.EnvClientID+"="+bigintest.DefaultClientID, settings.EnvClientSecret+"="+bigintest.DefaultClientSecret), "login", "--device", "--profile", "tv")
	l.hears(`(Open) `)
	s.ApproveDevice(l.hears(`^\s+(\w+)$`), true)
	s.lookAtArguments()
	l.ends(exitDone, "Connected")
	s.public.WriteString(l.said.String() + l.out.String())
}

// read has the mount work; whether it can is not the question.
func (s *spy) read(dir string) {
	_, err := os.ReadDir(filepath.Join(dir, "Contacts"))
	if err != nil {
		s.public.WriteString(err.Error())
	}
}

// processes are the numbers of the processes with this home.
func (s *spy) processes() []string {
	var found []string
	all, _ := filepath.Glob("/proc/[0-9]*")
	for _, p := range all {
		env, _ := os.ReadFile(p + "/environ")
		if bytes.Contains(env, []byte(s.env[0]+"\x00")) {
			found = append(found, p)
		}
	}
	return found
}

func (s *spy) lookAtArguments() {
	for _, p := range s.processes() {
		line, _ := os.ReadFile(p + "/cmdline")
		s.public.Write(line)
	}
}

// gone waits for the mount in the background to end.
func (s *spy) gone() {
	s.t.Helper()
	for end := time.Now().Add(patience); len(s.processes()) > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatal("the mount in the background does not end")
		}
	}
}

// check looks for every secret in what is public: the log too, as people send
// it when they ask for help.
func (s *spy) check() {
	s.t.Helper()
	logs := 0
	err := filepath.WalkDir(filepath.Join(s.home, ".local"), func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".log") {
			var text []byte
			text, err = os.ReadFile(path)
			s.public.Write(text)
			logs++
		}
		return err
	})
	if err != nil || logs != 2 {
		s.t.Errorf("%d logs: %v", logs, err)
	}
	s.secrets[bigintest.DefaultClientSecret] = "client_secret"
	s.secrets[bigintest.DefaultRefreshToken] = "refresh_token"
	s.secrets["1000.not.acode"] = "code"
	kinds := map[string]bool{}
	for secret, kind := range s.secrets {
		kinds[kind] = true
		if i := strings.Index(s.public.String(), secret); i >= 0 {
			s.t.Errorf("a %s was told: …%s…", kind, s.public.String()[max(i-200, 0):i+len(secret)])
		}
	}
	for _, kind := range append(secretFields[:5:5], "access_token") {
		if !kinds[kind] {
			s.t.Errorf("no %s was seen, and so not looked for", kind)
		}
	}
	if !strings.Contains(s.public.String(), "level=DEBUG") {
		s.t.Error("it was not at its most talkative")
	}
}
