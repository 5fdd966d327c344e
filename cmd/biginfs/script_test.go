package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	"image/png"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
	"github.com/biginfs/biginfs/integration_test/need"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	testscript.Main(reported{m}, map[string]func(){
		"biginfs":  main,
		helperName: main,
		"xdg-open": fakeBrowser, // what biginfs login opens the page with
		"fetch":    fetchPage,   // a curl for machines without
	})
}

// reported is a run that ends with the list of what was skipped.
type reported struct{ *testing.M }

func (r reported) Run() int {
	defer need.Report()
	return r.M.Run()
}

// The scripts run the program as a person does, each against a server of its
// own.
func TestScripts(t *testing.T) {
	var left leftovers
	t.Cleanup(func() { left.check(t) })
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Defer(func() { left.clear(env.WorkDir) })
			return setup(env)
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"mounted":  cmdMounted,
			"until":    cmdUntil,
			"server":   cmdServer,
			"signal":   cmdSignal,
			"notified": cmdNotified,
			"approve":  cmdApprove,
			"code":     cmdCode,
			"sayscode": cmdSaysCode,
			"mode":     cmdMode,
			"controls": cmdControls,
			"soon":     cmdSoon,
			"hangup":   cmdHangup,
			"image":    cmdImage,
			"occupy":   cmdOccupy,
		},
	})
}

// patience is how long a script waits for a thing to happen.
const patience = 20 * time.Second

// world is the server of a script.
type world struct {
	*bigintest.Server
	http *httptest.Server
}

func worldOf(ts *testscript.TestScript) *world { return ts.Value("world").(*world) }

func setup(env *testscript.Env) error {
	w := &world{Server: &bigintest.Server{Behaviour: bigintest.Behaviour{DeviceInterval: time.Second}}}
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		return err
	}
	id := w.Add("Contacts", bigintest.Record{First: "Ada", Last: "Lovelace", Photo: photo.Bytes()})
	w.http = httptest.NewServer(w)
	env.Defer(w.http.Close)
	env.Values["world"] = w
	port, err := freePort()
	if err != nil {
		return err
	}
	enginePort, err := freePort()
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"ENGINEPORT": enginePort,
		"HOME":       filepath.Join(env.WorkDir, "home"), "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "",
		"SERVER": w.http.URL, "PORT": port, "RECORD": strconv.FormatInt(id, 10),
		"ID": bigintest.DefaultClientID, "SECRET": bigintest.DefaultClientSecret, "REFRESH": bigintest.DefaultRefreshToken,
		"BIGINFS_REDIRECT_PORT": port, "SERVERPORT": w.http.URL[strings.LastIndex(w.http.URL, ":")+1:],
	} {
		env.Setenv(name, value)
	}
	return os.MkdirAll(filepath.Join(env.WorkDir, "home"), 0o700)
}

// homeOf is the environment of a person without any settings.
func homeOf(t *testing.T) []string {
	return []string{
		"HOME=" + t.TempDir(), "XDG_CONFIG_HOME=", "XDG_STATE_HOME=",
		"BIGINFS_ACCOUNTS_URL=http://127.0.0.1:9",
		settings.EnvClientID + "=", settings.EnvClientSecret + "=", settings.EnvRefreshToken + "=",
	}
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// condition makes [fuse] true where mounts can be tried, [namespace] where root
// can have mounts of its own (not in a chroot), and [engine] where there is a
// server to share by. Where CI is true they must be possible: then a
// script that needs them fails, and is not skipped.
func condition(name string) (bool, error) {
	switch name {
	case "fuse":
		return there(need.MayMount()), nil
	case "root":
		return os.Geteuid() == 0, nil
	case "namespace":
		if os.Geteuid() != 0 {
			return false, nil
		}
		if err := exec.Command("unshare", "-m", "true").Run(); err != nil {
			return there(fmt.Errorf("there are no mount namespaces: %w", err)), nil
		}
		return true, nil
	case "engine":
		if _, err := exec.LookPath("redis-server"); err != nil {
			return there(fmt.Errorf("there is no server: %w", err)), nil
		}
		return true, nil
	}
	return false, fmt.Errorf("unknown condition %s", name)
}

// there notes what is missing.
func there(missing error) bool {
	if missing == nil || os.Getenv("CI") == "true" {
		return true
	}
	need.Skipped("TestScripts", missing.Error())
	return false
}

// leftovers are mounts that a script left.
type leftovers struct {
	mu   sync.Mutex
	dirs []string
}

// clear unmounts what is mounted below dir, and remembers it.
func (l *leftovers) clear(dir string) {
	for _, mount := range mountsBelow(dir) {
		_ = fs.Unmount(mount)
		l.mu.Lock()
		l.dirs = append(l.dirs, mount)
		l.mu.Unlock()
	}
}

func (l *leftovers) check(t *testing.T) {
	for _, dir := range l.dirs {
		t.Errorf("left mounted: %s", dir)
	}
}

func mountsBelow(dir string) []string {
	table, _ := os.ReadFile("/proc/self/mountinfo")
	var found []string
	for line := range strings.Lines(string(table)) {
		if f := strings.Fields(line); len(f) > 4 && (f[4] == dir || strings.HasPrefix(f[4], dir+"/")) {
			found = append(found, f[4])
		}
	}
	return found
}

// eventually waits until the condition holds.
func eventually(ts *testscript.TestScript, what string, holds func() bool) {
	for end := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("waited in vain: %s", what)
		}
	}
}

// mounted DIR waits until something is mounted there and answers; negated,
// until nothing is.
func cmdMounted(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(args[0])
	eventually(ts, "mounted "+dir, func() bool {
		is := slices.Contains(mountsBelow(dir), dir)
		if is && !neg {
			_, err := os.ReadDir(dir)
			return err == nil
		}
		return is != neg
	})
}

// signal NAME sends a signal to the last command in the background.
func cmdSignal(ts *testscript.TestScript, _ bool, args []string) {
	running := ts.BackgroundCmds()
	if len(running) == 0 {
		ts.Fatalf("nothing runs")
	}
	name := unix.SignalNum("SIG" + args[0])
	ts.Check(running[len(running)-1].Process.Signal(name))
}

// notified FILE listens to what is told to systemd, and writes it to the file.
func cmdNotified(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs("notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv("NOTIFY_SOCKET", name)
	out, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	go func() {
		defer out.Close()
		for b := make([]byte, 4096); ; {
			n, err := l.Read(b)
			if err != nil {
				return
			}
			fmt.Fprintf(out, "%s\n", b[:n])
		}
	}()
}

// until FILE REGEXP waits until the file matches.
func cmdUntil(ts *testscript.TestScript, _ bool, args []string) {
	re := regexp.MustCompile(args[1])
	eventually(ts, args[0]+" matches "+args[1], func() bool {
		b, _ := os.ReadFile(ts.MkAbs(args[0]))
		return re.Match(b)
	})
}

// approve FILE [no] answers the device login whose output is in the file.
func cmdApprove(ts *testscript.TestScript, _ bool, args []string) {
	lines := strings.Fields(ts.ReadFile(args[0]))
	worldOf(ts).ApproveDevice(lines[len(lines)-1], len(args) == 1)
}

// mode FILE MODE compares the permissions.
func cmdMode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[1] {
		ts.Fatalf("%s has mode %s, want %s", args[0], got, args[1])
	}
}

// occupy ADDRESS listens there until the script ends, if the machine has such
// addresses.
func cmdOccupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", args[0])
	if errors.Is(err, unix.EADDRNOTAVAIL) || errors.Is(err, unix.EAFNOSUPPORT) {
		l, err = net.Listen("tcp", strings.Replace(args[0], "[::1]", "127.0.0.1", 1))
	}
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
}

// hangup DIR sends SIGHUP to the process that mounted there.
func cmdHangup(ts *testscript.TestScript, _ bool, args []string) {
	r, _, err := readReport(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(unix.Kill(r.PID, unix.SIGHUP))
}

// image FILE fails unless the file is a whole picture.
func cmdImage(ts *testscript.TestScript, _ bool, args []string) {
	_, _, err := image.Decode(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
}

// soon COMMAND … runs a command until it succeeds: a failure is remembered for a
// moment.
func cmdSoon(ts *testscript.TestScript, _ bool, args []string) {
	eventually(ts, strings.Join(args, " "), func() bool { return ts.Exec(args[0], args[1:]...) == nil })
}

// controls none fails if the last command printed what steers a terminal.
func cmdControls(ts *testscript.TestScript, _ bool, _ []string) {
	for _, name := range []string{"stdout", "stderr"} {
		if text := ts.ReadFile(name); strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && steers(r) }) {
			ts.Fatalf("%s: %q", name, text)
		}
	}
}

// code N COMMAND … runs a command that must exit with that code, and if it
// failed, have said one line. The command sayscode lets it say more before.
func cmdCode(ts *testscript.TestScript, _ bool, args []string)     { runCode(ts, args, true) }
func cmdSaysCode(ts *testscript.TestScript, _ bool, args []string) { runCode(ts, args, false) }

func runCode(ts *testscript.TestScript, args []string, oneLine bool) {
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		exit, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
	if said := ts.ReadFile("stderr"); got != 0 && oneLine && (strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "biginfs: ")) {
		ts.Fatalf("not one line: %q", said)
	}
}

// server DO … changes the script's server.
func cmdServer(ts *testscript.TestScript, _ bool, args []string) {
	w := worldOf(ts)
	switch args[0] {
	case "refuse":
		w.RefuseGrant(true)
	case "accept":
		w.RefuseGrant(false)
	case "revoke":
		w.RevokeTokens()
	case "drop": // all that comes is cut
		w.AddFault(bigintest.Fault{Cut: true})
	case "add": // MODULE
		w.Add(args[1], bigintest.Record{First: "Grace", Last: "Hopper"})
	case "evilname": // MODULE: its first record wants to steer the terminal
		w.Rename(args[1], w.IDs(args[1])[0], "x\x1b[2J", "\u202e\u009b31m")
	case "calls": // few COMMAND …
		before := w.Calls()
		ts.Check(ts.Exec(args[2], args[3:]...))
		if got := w.Calls() - before; got < 1 || got > 2 {
			ts.Fatalf("%d calls", got)
		}
	case "rename": // MODULE: its first record
		w.Rename(args[1], w.IDs(args[1])[0], "Augusta", "King")
	case "evil": // answers that want to steer the terminal
		w.AddFault(bigintest.Fault{Kind: bigintest.KindPhoto, Status: 400, Code: "EVIL\x1b[2J\u202e\u009b31m", Message: "EVIL\x1b[2J\u202e\u009b31m"})
	case "pause": // far longer than anybody waits
		w.AddFault(bigintest.Fault{Kind: bigintest.KindList, Status: 429, RetryAfter: 30 * time.Minute})
	case "behave": // BEHAVIOUR,…
		w.Configure(func(b *bigintest.Behaviour) {
			b.Chunked = strings.Contains(args[1], "chunked")
			b.SortOrderIgnored = strings.Contains(args[1], "unsorted")
		})
		w.Add("Contacts", bigintest.Record{Last: "Another"}) // of one record nobody can tell the order
	case "mend":
		w.ClearFaults()
	case "grants": // N, since the script began
		if got := strconv.Itoa(w.Count(bigintest.KindToken)); got != args[1] {
			ts.Fatalf("%s grants, want %s", got, args[1])
		}
	case "code": // into a file
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(w.GrantCode()+"\n"), 0o600))
	case "accounts": // URL that the redirect names; none is its own
		url := strings.Join(args[1:], "")
		w.Configure(func(b *bigintest.Behaviour) { b.AccountsServer = url })
	case "asked": // waits for a request to the accounts server
		before := w.Count(bigintest.KindToken)
		eventually(ts, "asked for a token", func() bool { return w.Count(bigintest.KindToken) > before })
	default:
		ts.Fatalf("server cannot %s", args[0])
	}
}
