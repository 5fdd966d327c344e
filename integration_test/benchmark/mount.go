package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/sweep"
)

// patience is how long a mount may take to appear, and to go.
const patience = 20 * time.Second

// errNoFUSE says that nothing can be measured here.
var errNoFUSE = errors.New("this machine has no FUSE")

func fuseAvailable() error {
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoFUSE, err)
	}
	return f.Close()
}

// mounted is a file system that a program of its own serves.
type mounted struct {
	dir    string
	cmd    *exec.Cmd
	output bytes.Buffer  // what it said; to be read when it has ended
	ended  chan struct{} // closed then
	gone   bool
}

// mount mounts the server's account with biginfs, which remembers nothing.
func (b *bench) mount(s *server, flags ...string) (*mounted, error) {
	home, err := b.newDir(b.dir, "home")
	if err != nil {
		return nil, err
	}
	return b.mountFrom(home, s, flags...)
}

// mountFrom mounts it with what earlier mounts from that home remember.
func (b *bench) mountFrom(home string, s *server, flags ...string) (*mounted, error) {
	cmd := exec.Command(b.binary, "mount", "--api-url", s.API, "--accounts-url", s.API, "--log-level", "warn")
	cmd.Args = append(cmd.Args, flags...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home,
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"),
		"XDG_STATE_HOME=" + filepath.Join(home, "state"),
		"XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
		"BIGINFS_CLIENT_ID=" + bigintest.DefaultClientID,
		"BIGINFS_CLIENT_SECRET=" + bigintest.DefaultClientSecret,
		"BIGINFS_REFRESH_TOKEN=" + bigintest.DefaultRefreshToken,
	}
	return b.start(cmd, "mnt")
}

// start mounts with a program that stays and takes the mountpoint last. It
// ends with the scope, if not before.
func (b *bench) start(cmd *exec.Cmd, name string) (*mounted, error) {
	dir, err := b.newDir(b.dir, name)
	if err != nil {
		return nil, err
	}
	m := &mounted{dir: dir, cmd: cmd, ended: make(chan struct{})}
	cmd.Args = append(cmd.Args, dir)
	cmd.Stdout, cmd.Stderr = &m.output, &m.output
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = cmd.Wait(); close(m.ended) }()
	b.later(m.unmount)
	return m, m.wait(b.ctx)
}

// wait returns when there is a tree.
func (m *mounted) wait(ctx context.Context) error {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if _, err := os.Stat(m.records()); err == nil {
			return nil
		}
		select {
		case <-m.ended:
			return fmt.Errorf("%s ended:\n%s", m.cmd.Args[0], m.output.Bytes())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s did not mount within %v", m.cmd.Args[0], patience)
}

// unmount ends the program, and with it the mount. It may be called again.
func (m *mounted) unmount() error {
	if m.gone {
		return nil
	}
	m.gone = true
	_ = m.cmd.Process.Signal(os.Interrupt)
	select {
	case <-m.ended:
	case <-time.After(patience):
		_ = m.cmd.Process.Kill()
		<-m.ended
	}
	if _, err := os.Stat(m.records()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return sweep.Detach(m.dir)
}

// records is the directory that is read.
func (m *mounted) records() string { return filepath.Join(m.dir, module) }

// photo is the file of a record.
func (m *mounted) photo(id int64) string {
	return filepath.Join(m.records(), fmt.Sprint(id), photoName)
}
