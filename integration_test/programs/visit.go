package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// trial is one thing that a program does.
type trial struct {
	program string // as the table names it
	needs   string // the executable; empty: it is named as the program
	asks    string // the command that prints its version
	does    string
	flags   []string // of the mount
	// script is what it does, for sh -e. $M is the mount, $OUT a directory that is empty at each visit, $KEEP one that stays.
	script string
	after  string // makes of what was kept what is to be in $OUT; it does not read the mount
	right  check
	know   string
}

// result is what came of a trial.
type result struct {
	trial
	installed bool
	version   string
	calls     [3]int // of the first visit, the next, and one after a remount
	bytes     string // whether they were right
	err       error
}

const (
	patience = 3 * time.Minute // for a visit
	quiet    = time.Second     // without a call in it, a visit is over
)

// try mounts the account with nothing remembered and has the program visit it.
func (p *place) try(t trial) (r result) {
	r.trial = t
	if t.needs == "" {
		t.needs = strings.Fields(t.program)[0]
	}
	if _, err := exec.LookPath(t.needs); err != nil {
		return r
	}
	r.installed = true
	r.version = versionOf(p.ctx, t.asks)
	p.tries++
	home := filepath.Join(p.dir, fmt.Sprint("try", p.tries))
	v := visit{place: p, trial: t, home: home, mount: filepath.Join(home, "Bigin")}
	for _, d := range []string{v.mount, filepath.Join(home, "keep"), filepath.Join(home, "run")} {
		if r.err = os.MkdirAll(d, 0o700); r.err != nil {
			return r
		}
	}
	for i := range r.calls {
		if r.calls[i], r.bytes, r.err = v.make(i); r.err != nil {
			r.err = errors.Join(r.err, v.unmount())
			return r
		}
	}
	r.err = v.unmount()
	return r
}

// visit is a program and a home that it comes from.
type visit struct {
	*place
	trial
	home, mount string
	mounted     bool
}

// make makes the visit of this number, and returns how many calls it cost and whether what came of it is right.
func (v *visit) make(number int) (calls int, right string, err error) {
	if number != 1 {
		if err := v.unmount(); err != nil {
			return 0, "", err
		}
	}
	v.account.ResetLog()
	if !v.mounted {
		args := append([]string{"mount", "--background", "--api-url", v.url, "--accounts-url", v.url}, v.flags...)
		if _, err := v.run(v.binary, append(args, v.mount)...); err != nil {
			return 0, "", err
		}
		v.mounted = true
	}
	out := filepath.Join(v.home, "out")
	if err := errors.Join(os.RemoveAll(out), os.Mkdir(out, 0o700)); err != nil {
		return 0, "", err
	}
	said, err := v.run("sh", "-ec", v.script)
	if err != nil {
		return 0, "", err
	}
	calls = v.settled()
	if v.after != "" {
		if _, err := v.run("sh", "-ec", v.after); err != nil {
			return calls, "", err
		}
	}
	right, err = v.right(v.account, said, out)
	return calls, right, err
}

// settled returns how many calls were made, when no more come: reading ahead goes on when the program has ended.
func (v *visit) settled() int {
	n, since := v.account.Calls(), time.Now()
	for v.ctx.Err() == nil && time.Since(since) < quiet {
		time.Sleep(20 * time.Millisecond)
		if now := v.account.Calls(); now != n {
			n, since = now, time.Now()
		}
	}
	return n
}

func (v *visit) unmount() error {
	if !v.mounted {
		return nil
	}
	v.mounted = false
	_, err := v.run(v.binary, "unmount", v.mount)
	return err
}

// run runs a command in the home, and returns what it printed. What it started ends with it.
func (v *visit) run(name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = v.home
	cmd.Env = []string{
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin:" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "HOME=" + v.home, "XDG_RUNTIME_DIR=" + filepath.Join(v.home, "run"),
		"M=" + v.mount, "OUT=" + filepath.Join(v.home, "out"), "KEEP=" + filepath.Join(v.home, "keep"),
		"BIGINFS_CLIENT_ID=" + bigintest.DefaultClientID,
		"BIGINFS_CLIENT_SECRET=" + bigintest.DefaultClientSecret,
		"BIGINFS_REFRESH_TOKEN=" + bigintest.DefaultRefreshToken,
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", name, err, stderr.Bytes())
	}
	return stdout.Bytes(), nil
}
