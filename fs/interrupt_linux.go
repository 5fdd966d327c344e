package fs

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// dying reports whether an interrupted thread will not live to see the answer.
// A thread in another PID namespace cannot be seen and counts as dying: a read
// that breaks is better than a dead program that hangs.
//
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
func dying(tid uint32) bool {
	if tid == 0 {
		return true
	}
	f, err := os.Open("/proc/" + strconv.Itoa(int(tid)) + "/status")
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	masks := make(map[string]uint64)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":\t"); ok && strings.HasPrefix(name, "S") {
			if n, err := strconv.ParseUint(value, 16, 64); err == nil {
				masks[name] = n
			}
		}
	}
	pending := masks["SigPnd"] | masks["ShdPnd"]
	survived := masks["SigBlk"] | masks["SigIgn"] | masks["SigCgt"] | harmless
	return pending&bit(syscall.SIGKILL) != 0 || pending&^survived != 0
}

// harmless are the signals that do not end a process by default, and those that
// a debugger uses.
const harmless = 1<<(syscall.SIGCHLD-1) | 1<<(syscall.SIGCONT-1) | 1<<(syscall.SIGSTOP-1) |
	1<<(syscall.SIGTSTP-1) | 1<<(syscall.SIGTTIN-1) | 1<<(syscall.SIGTTOU-1) |
	1<<(syscall.SIGURG-1) | 1<<(syscall.SIGWINCH-1) | 1<<(syscall.SIGTRAP-1)

func bit(s syscall.Signal) uint64 { return 1 << (s - 1) }
