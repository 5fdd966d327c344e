package bigin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

func TestRestartsCostNoGrant(t *testing.T) {
	var srv bigintest.Server
	o := withFile(t, optionsFor(&srv))
	first := mustToken(t, bigin.NewTokenSource(o))
	for range 5 {
		if got := mustToken(t, bigin.NewTokenSource(o)); got.Access != first.Access || got.APIDomain != first.APIDomain || !got.Expiry.Equal(first.Expiry) {
			t.Error("another token")
		}
	}
	wantCount(t, &srv, bigintest.KindToken, 1)
	for name, want := range map[string]os.FileMode{o.File: 0o600, filepath.Dir(o.File): 0o700 | os.ModeDir} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, want %v (%v)", name, info.Mode(), want, err)
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(o.File)); len(left) != 2 { // the file and its lock
		t.Errorf("left behind: %v", left)
	}
	b, _ := os.ReadFile(o.File)
	for _, secret := range []string{credentials.ClientID, credentials.ClientSecret, credentials.RefreshToken} {
		if bytes.Contains(b, []byte(secret)) {
			t.Error("the file holds a secret that lives longer than the token")
		}
	}
}

func TestProcessesShareOneRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		o := withFile(t, optionsFor(slowly(&srv)))
		a, b := bigin.NewTokenSource(o), bigin.NewTokenSource(o)
		both := func(grants int) bigin.Token {
			t.Helper()
			var x, y bigin.Token
			var wg sync.WaitGroup
			wg.Go(func() { x = mustToken(t, a) })
			wg.Go(func() { y = mustToken(t, b) })
			wg.Wait()
			if x.Access != y.Access {
				t.Error("two tokens")
			}
			wantCount(t, &srv, bigintest.KindToken, grants)
			return x
		}
		first := both(1)
		a.Reject(first.Access)
		b.Reject(first.Access)
		if both(2) == first {
			t.Error("the rejected token came back from the file")
		}
	})
}

func TestLockIsNotWaitedForForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		o := withFile(t, optionsFor(&srv))
		if err := os.Mkdir(filepath.Dir(o.File), 0o700); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(o.File + ".lock")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		mustToken(t, bigin.NewTokenSource(o))
		if took := time.Since(start); took < time.Second || took > 30*time.Second {
			t.Errorf("waited %v for a process that never ends", took)
		}
	})
}

// aPipe puts a named pipe in the place of the file, whose other end is silent.
func aPipe(t *testing.T, file string) {
	_ = os.Remove(file)
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
}

// Each case spoils the file of a live token; all but the first must cost
// another grant, and none may fail.
func TestFileThatIsNotTrusted(t *testing.T) {
	edit := func(change func(map[string]any)) func(t *testing.T, file string) {
		return func(t *testing.T, file string) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var m map[string]any
			if err := json.Unmarshal(b, &m); err != nil {
				t.Fatal(err)
			}
			change(m)
			b, _ = json.Marshal(m)
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	write := func(s string) func(*testing.T, string) {
		return func(t *testing.T, file string) { _ = os.WriteFile(file, []byte(s), 0o600) }
	}
	for name, c := range map[string]struct {
		spoil  func(t *testing.T, file string)
		grants int
	}{
		"untouched":       {func(*testing.T, string) {}, 1},
		"gone":            {func(_ *testing.T, file string) { _ = os.Remove(file) }, 2},
		"empty":           {write(""), 2},
		"cut":             {write(`{"access_token":"1000.`), 2},
		"null":            {write("null"), 2},
		"readable by all": {func(_ *testing.T, file string) { _ = os.Chmod(file, 0o644) }, 2},
		"writable by all": {func(_ *testing.T, file string) { _ = os.Chmod(file, 0o602) }, 2},
		"no fingerprint":  {edit(func(m map[string]any) { delete(m, "fingerprint") }), 2},
		"other's":         {edit(func(m map[string]any) { m["fingerprint"] = strings.Repeat("0", 64) }), 2},
		"expired": {edit(func(m map[string]any) {
			m["made"], m["expiry"] = time.Now().Add(-time.Hour), time.Now().Add(30*time.Second)
		}), 2},
		"ended early":      {edit(func(m map[string]any) { m["expiry"] = time.Now().Add(-time.Second) }), 2},
		"insecure API":     {edit(func(m map[string]any) { m["api_domain"] = "http://www.zohoapis.com" }), 2},
		"a pipe":           {aPipe, 2},
		"a dangling link":  {func(_ *testing.T, file string) { _ = os.Remove(file); _ = os.Symlink("/nowhere/at/all", file) }, 2},
		"lives for a year": {edit(func(m map[string]any) { m["expiry"] = time.Now().AddDate(1, 0, 0) }), 1},
	} {
		t.Run(name, func(t *testing.T) {
			var srv bigintest.Server
			o := withFile(t, optionsFor(&srv))
			mustToken(t, bigin.NewTokenSource(o))
			c.spoil(t, o.File)
			if got := mustToken(t, bigin.NewTokenSource(o)); time.Until(got.Expiry) > time.Hour {
				t.Errorf("lives until %v", got.Expiry)
			}
			wantCount(t, &srv, bigintest.KindToken, c.grants)
			mustToken(t, bigin.NewTokenSource(o)) // mended
			wantCount(t, &srv, bigintest.KindToken, c.grants)
			if info, err := os.Lstat(o.File); err != nil || info.Mode() != 0o600 {
				t.Errorf("mode %v afterwards, %v", info.Mode(), err)
			}
		})
	}
}

func TestOtherCredentialsDoNotUseTheFile(t *testing.T) {
	srv := bigintest.Server{Behaviour: bigintest.Behaviour{ClientID: "1000.OTHER"}}
	o := withFile(t, optionsFor(&srv))
	c := credentials
	c.ClientID = "1000.OTHER"
	o.Credentials = func() (bigin.Credentials, error) { return c, nil }
	mustToken(t, bigin.NewTokenSource(o))
	c.AccountsURL = "http://localhost:9"
	mustToken(t, bigin.NewTokenSource(o))
	wantCount(t, &srv, bigintest.KindToken, 2)
	c.AccountsURL += "/" // the same
	c.ClientSecret = "corrected"
	mustToken(t, bigin.NewTokenSource(o))
	wantCount(t, &srv, bigintest.KindToken, 2)
}

func TestUnwritableFileIsWarnedOfOnce(t *testing.T) {
	var srv bigintest.Server
	o := optionsFor(&srv)
	blocked := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o.File = filepath.Join(blocked, "token") // below a file: root can't write there either
	var log bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	s := bigin.NewTokenSource(o)
	s.Reject(mustToken(t, s).Access)
	mustToken(t, s)
	mustToken(t, s)
	wantCount(t, &srv, bigintest.KindToken, 2)
	if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), "not kept") {
		t.Errorf("%d warnings:\n%s", n, &log)
	}
}

// notOurs returns a file that belongs to another user.
func notOurs(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		return "/etc/hostname"
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := errors.Join(os.WriteFile(file, []byte("{}"), 0o600), os.Chown(file, 12345, 12345)); err != nil {
		t.Fatal(err)
	}
	return file
}

// What others may have put in the place of the state, or can change, is neither
// read nor written nor waited for, and that is said in a line. There is a token
// all the same.
func TestStateThatIsNotOurs(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, file string)
		says  string
	}{
		"a file of another user": {func(t *testing.T, file string) {
			if os.Geteuid() != 0 {
				if err := os.Link(notOurs(t), file); err != nil {
					if err := os.Symlink(notOurs(t), file); err != nil {
						t.Fatal(err)
					}
				}
				return
			}
			if err := os.Rename(notOurs(t), file); err != nil {
				t.Fatal(err)
			}
		}, "ignored"},
		"a link": {func(t *testing.T, file string) {
			there := filepath.Join(t.TempDir(), "there")
			if err := errors.Join(os.WriteFile(there, []byte("{}"), 0o600), os.Symlink(there, file)); err != nil {
				t.Fatal(err)
			}
		}, "ignored"},
		"a pipe":    {aPipe, "ignored"},
		"nonsense":  {func(t *testing.T, file string) { _ = os.WriteFile(file, []byte("{}"), 0o600) }, "ignored"},
		"lock pipe": {func(t *testing.T, file string) { aPipe(t, file+".lock") }, "without its lock"},
		"lock link": {func(t *testing.T, file string) {
			if err := os.Symlink(filepath.Join(t.TempDir(), "there"), file+".lock"); err != nil {
				t.Fatal(err)
			}
		}, "without its lock"},
		"a folder that all can write to": {func(t *testing.T, file string) {
			if err := os.Chmod(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
		}, "not kept"},
		"a folder of another user": {func(t *testing.T, file string) {
			if os.Geteuid() == 0 {
				if err := os.Chown(filepath.Dir(file), 12345, 12345); err != nil {
					t.Fatal(err)
				}
				return
			}
			if err := errors.Join(os.Remove(filepath.Dir(file)), os.Symlink("/usr/lib", filepath.Dir(file))); err != nil {
				t.Fatal(err)
			}
		}, "not kept"},
	} {
		t.Run(name, func(t *testing.T) {
			var srv bigintest.Server
			o := withFile(t, optionsFor(&srv))
			if err := os.Mkdir(filepath.Dir(o.File), 0o700); err != nil {
				t.Fatal(err)
			}
			c.spoil(t, o.File)
			var log bytes.Buffer
			o.Log = slog.New(slog.NewTextHandler(&log, nil))
			begun := time.Now()
			s := bigin.NewTokenSource(o)
			mustToken(t, s)
			mustToken(t, s)
			if spent := time.Since(begun); spent > 5*time.Second {
				t.Errorf("waited %v", spent)
			}
			wantCount(t, &srv, bigintest.KindToken, 1)
			if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), c.says) {
				t.Errorf("%d warnings, want one that says %q:\n%s", n, c.says, &log)
			}
			if strings.Contains(log.String(), "1000.") {
				t.Error("a token in the log")
			}
		})
	}
}
