package integration_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// commands ask the mount what no tool of the machine asks in just that way. They
// are this test binary, run again under their names, and so are there on every
// machine. What they find they write to standard output.
var commands = map[string]func(args []string) error{
	"read-all":         readAll,
	"longest-call":     longestCall,
	"read-by-size":     readBySize,
	"read-until-whole": readUntilWhole,
	"read-in-pieces":   readInPieces,
	"read-while-new":   readWhileNew,
	"read-signalled":   readSignalled,
	"campaign":         campaign,
	"hold":             hold,
	"hold-all":         holdAll,
	"show-picture":     showPicture,
	"get-xattr":        getXattr,
	"count-entries":    countEntries,
	"first-entry":      firstEntry,
	"scan-records":     scanRecords,
	"check-inodes":     checkInodes,
	"sync-all":         syncAll,
	"orders":           orders,
	"look-up":          lookUp,
	"follow-links":     followLinks,
	"copy-mmap":        copier(copyMmap),
	"copy-sendfile":    copier(copySendfile),
	"copy-file-range":  copier(copyFileRange),
	"try-writes":       tryWrites,
}

// asCommand is the command that this process is, nil for the tests.
func asCommand() func([]string) error { return commands[filepath.Base(os.Args[0])] }

// A signal to a process goes to its first thread if it can. That is to be the
// one that waits for the mount.
func init() {
	if asCommand() != nil {
		runtime.LockOSThread()
	}
}

// runCommand is all that main does under the name of a command.
func runCommand(command func([]string) error) int {
	if err := command(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// installCommands puts the commands into a directory where every user can run
// them.
func installCommands(dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	const name = "integration-test"
	if err := copyExecutable(self, filepath.Join(dir, name)); err != nil {
		return err
	}
	for command := range commands {
		if err := os.Symlink(name, filepath.Join(dir, command)); err != nil {
			return err
		}
	}
	return nil
}

func copyExecutable(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// errnoName is the name of an error as errno(3) has it.
func errnoName(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return err.Error()
	}
	if name := unix.ErrnoName(errno); name != "" {
		return name
	}
	return fmt.Sprintf("errno %d", int(errno))
}

// sayAndWait writes a line and waits for one.
func sayAndWait(line string) {
	fmt.Println(line)
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
}
