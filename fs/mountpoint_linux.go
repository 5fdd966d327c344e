package fs

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// directFlags are for mount(2), which root calls without a helper.
const directFlags = syscall.MS_RDONLY | syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC

const device = "/dev/fuse"

const capNoOpendir = fuse.CAP_NO_OPENDIR_SUPPORT

// mounted is a line of /proc/self/mountinfo.
type mounted struct {
	id, dir, kind, source string
}

func (m mounted) ours() bool { return m.kind == "fuse."+fsName && m.source == fsName }

// mounts returns the mount table.
//
// https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
func mounts() ([]mounted, error) {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	var all []mounted
	for lines := bufio.NewScanner(bytes.NewReader(table)); lines.Scan(); {
		before, after, ok := strings.Cut(lines.Text(), " - ")
		head, tail := strings.Fields(before), strings.Fields(after)
		if ok && len(head) >= 5 && len(tail) >= 2 {
			all = append(all, mounted{head[0], unescape(head[4]), tail[0], unescape(tail[1])})
		}
	}
	return all, nil
}

// resolve returns the directory without symbolic links, as the mount table names
// it. It stats the directory, so a program must not resolve its own mount: killed
// at that moment, it would wait for itself forever.
func resolve(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	// The last element may be a dead mount, so its parent is resolved first.
	if parent, err := filepath.EvalSymlinks(filepath.Dir(dir)); err == nil {
		dir = filepath.Join(parent, filepath.Base(dir))
	}
	if target, err := filepath.EvalSymlinks(dir); err == nil {
		dir = target
	}
	return dir, nil
}

// mountsAt returns what is mounted on a resolved directory, topmost last.
func mountsAt(dir string) ([]mounted, error) {
	all, err := mounts()
	if err != nil {
		return nil, err
	}
	var found []mounted
	for _, m := range all {
		if m.dir == dir {
			found = append(found, m)
		}
	}
	return found, nil
}

// Mounts returns the directories where accounts are mounted, including dead
// mounts.
func Mounts() ([]string, error) {
	all, err := mounts()
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, m := range all {
		if m.ours() {
			dirs = append(dirs, m.dir)
		}
	}
	return dirs, nil
}

// unescape undoes the octal escapes of the mount table.
var unescape = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace

// Available returns nil, or ErrNoFUSE and what keeps FUSE from working here.
func Available() error {
	f, err := os.OpenFile(device, os.O_RDWR, 0)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%w: there is no %s; load the kernel module: modprobe fuse (in a container: --device %s --cap-add SYS_ADMIN)", ErrNoFUSE, device, device)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%w: %s may not be opened; let users in: chmod 0666 %s", ErrNoFUSE, device, device)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrNoFUSE, err)
	}
	_ = f.Close()
	if os.Geteuid() == 0 {
		return nil
	}
	if _, err := fusermount(); err != nil {
		return fmt.Errorf("%w: no fusermount3; install the package fuse3, or run as root", ErrNoFUSE)
	}
	return nil
}

// fusermount finds the program that mounts for users who may not.
func fusermount() (string, error) {
	if path, err := exec.LookPath("fusermount3"); err == nil {
		return path, nil
	}
	return exec.LookPath("fusermount")
}

// mountError names the likely reason for a failed mount.
func mountError(dir string, err error) error {
	if errors.Is(err, syscall.EPERM) {
		return fmt.Errorf("%w: mounting on %s is not permitted; a container needs --cap-add SYS_ADMIN: %w", ErrNoFUSE, dir, err)
	}
	return fmt.Errorf("mount on %s: %w", dir, err)
}

// Unmount unmounts one of our trees from dir, even one that is dead or in use.
func Unmount(dir string) error {
	dir, err := resolve(dir)
	if err != nil {
		return fmt.Errorf("unmount: %w", err)
	}
	return unmount(dir)
}

// unmount is Unmount for a resolved directory.
func unmount(dir string) error {
	mounts, err := mountsAt(dir)
	if err != nil {
		return fmt.Errorf("unmount %s: %w", dir, err)
	}
	if len(mounts) == 0 {
		return fmt.Errorf("%w: %s: nothing is mounted there", ErrMountpoint, dir)
	}
	if top := mounts[len(mounts)-1]; !top.ours() {
		return fmt.Errorf("%w: %s: what is mounted there is %s, not biginfs; use umount", ErrMountpoint, dir, top.kind)
	}
	if os.Geteuid() == 0 {
		if err := syscall.Unmount(dir, 0); errors.Is(err, syscall.EBUSY) {
			err = syscall.Unmount(dir, syscall.MNT_DETACH)
			if err != nil {
				return fmt.Errorf("unmount %s: %w", dir, err)
			}
		} else if err != nil {
			return fmt.Errorf("unmount %s: %w", dir, err)
		}
		return nil
	}
	program, err := fusermount()
	if err != nil {
		return fmt.Errorf("unmount %s: no fusermount3; install the package fuse3: %w", dir, ErrNoFUSE)
	}
	return unmountWith(program, "-u", "-z", dir)
}
