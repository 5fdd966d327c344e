package integration_test

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// places are what writes are tried at: the top of the mount, a module, the
// directory of a record and its photo.
type places struct{ root, module, record, photo string }

// write is a system call that would change something.
type write struct {
	name string
	try  func(p places) error
}

func openWith(path string, flags int) error {
	fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0o644)
	if err == nil {
		_ = unix.Close(fd)
	}
	return err
}

var writes = []write{
	{"open for writing", func(p places) error { return openWith(p.photo, unix.O_WRONLY) }},
	{"open for both", func(p places) error { return openWith(p.photo, unix.O_RDWR) }},
	{"open and empty", func(p places) error { return openWith(p.photo, unix.O_WRONLY|unix.O_TRUNC) }},
	{"open to append", func(p places) error { return openWith(p.photo, unix.O_WRONLY|unix.O_APPEND) }},
	{"create in a record", func(p places) error { return openWith(p.record+"/new", unix.O_WRONLY|unix.O_CREAT) }},
	{"create in a module", func(p places) error { return openWith(p.module+"/new", unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL) }},
	{"create at the top", func(p places) error { return openWith(p.root+"/new", unix.O_WRONLY|unix.O_CREAT) }},
	{"create without a name", func(p places) error { return openWith(p.root, unix.O_TMPFILE|unix.O_WRONLY) }},
	{"mkdir in a record", func(p places) error { return unix.Mkdir(p.record+"/new", 0o755) }},
	{"mkdir in a module", func(p places) error { return unix.Mkdir(p.module+"/new", 0o755) }},
	{"mkdir at the top", func(p places) error { return unix.Mkdir(p.root+"/Deals", 0o755) }},
	{"unlink a photo", func(p places) error { return unix.Unlink(p.photo) }},
	{"unlink a link", func(p places) error { return unix.Unlink(p.root + "/Companies") }},
	{"rmdir a record", func(p places) error { return unix.Rmdir(p.record) }},
	{"rmdir a module", func(p places) error { return unix.Rmdir(p.module) }},
	{"rename a photo", func(p places) error { return unix.Rename(p.photo, p.record+"/new") }},
	{"rename a record", func(p places) error { return unix.Rename(p.record, p.module+"/new") }},
	{"rename a module", func(p places) error { return unix.Rename(p.module, p.root+"/Deals") }},
	{"move a photo", func(p places) error { return unix.Rename(p.photo, p.module+"/photo.jpg") }},
	{"link", func(p places) error { return unix.Link(p.photo, p.record+"/new") }},
	{"symlink", func(p places) error { return unix.Symlink("photo.jpg", p.record+"/new") }},
	{"mkfifo", func(p places) error { return unix.Mkfifo(p.root+"/new", 0o644) }},
	{"truncate to nothing", func(p places) error { return unix.Truncate(p.photo, 0) }},
	{"truncate to more", func(p places) error { return unix.Truncate(p.photo, 1<<20) }},
	{"chmod a photo", func(p places) error { return unix.Chmod(p.photo, 0o666) }},
	{"chmod a record", func(p places) error { return unix.Chmod(p.record, 0o777) }},
	{"chown", func(p places) error { return unix.Chown(p.photo, os.Getuid(), os.Getgid()) }},
	{"utime to now", func(p places) error { return unix.UtimesNanoAt(unix.AT_FDCWD, p.photo, nil, 0) }},
	{"utime to then", func(p places) error {
		return unix.UtimesNanoAt(unix.AT_FDCWD, p.record, []unix.Timespec{{}, {}}, 0)
	}},
	{"setxattr of ours", func(p places) error { return unix.Setxattr(p.photo, "user.mime_type", []byte("image/png"), 0) }},
	{"setxattr", func(p places) error { return unix.Setxattr(p.root, "user.new", []byte("1"), 0) }},
	{"removexattr", func(p places) error { return unix.Removexattr(p.photo, "user.mime_type") }},
}

// tryWrites tries them all and says what came of each.
func tryWrites(args []string) error {
	p := places{root: args[0], module: args[1], record: args[2], photo: args[3]}
	for _, w := range writes {
		if err := w.try(p); err != nil {
			fmt.Println(errnoName(err))
		} else {
			fmt.Println("OK")
		}
	}
	return nil
}

// syncAll syncs files in three ways and says what came of each.
func syncAll(args []string) error {
	for _, path := range args {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		for _, sync := range []func(int) error{unix.Fsync, unix.Fdatasync, unix.Syncfs} {
			if err := sync(fd); err != nil {
				fmt.Println(path, errnoName(err))
			} else {
				fmt.Println("OK")
			}
		}
		_ = unix.Close(fd)
	}
	return nil
}
