package integration_test

import (
	"bytes"
	"crypto/md5"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// readTo reads from a descriptor until the end, in pieces of that size, as the
// kernel gives them. What came before an error comes with it.
func readTo(fd, piece int) (data []byte, err error) {
	b := make([]byte, piece)
	for {
		n, err := unix.Read(fd, b)
		if err != nil || n == 0 {
			return data, err
		}
		data = append(data, b[:n]...)
	}
}

// readAll reads a file and says the error, or "OK" and how many bytes came.
func readAll(args []string) error {
	fd, err := unix.Open(args[0], unix.O_RDONLY|unix.O_CLOEXEC, 0)
	var data []byte
	if err == nil {
		data, err = readTo(fd, 100_000)
	}
	if err != nil {
		fmt.Println(errnoName(err))
		return nil
	}
	fmt.Println("OK", len(data))
	return nil
}

// longestCall says how long the longest system call took while a photo is looked
// at, its directory listed, or it is read, whatever came of it.
func longestCall(args []string) error {
	var s step
	path, flags := args[1], unix.O_RDONLY|unix.O_CLOEXEC
	next := unix.Read
	switch args[0] {
	case "stat":
		_ = s.timed(func() error { return unix.Stat(path, new(unix.Stat_t)) }) // it may well fail
		fmt.Println(s.Longest)
		return nil
	case "list":
		path, flags, next = filepath.Dir(path), flags|unix.O_DIRECTORY, unix.Getdents
	}
	var fd int
	err := s.timed(func() (err error) { fd, err = unix.Open(path, flags, 0); return err })
	for n := 1; err == nil && n > 0; {
		err = s.timed(func() (err error) { n, err = next(fd, make([]byte, 32<<10)); return err }) // as large as the C library's
	}
	fmt.Println(s.Longest)
	return nil
}

// readBySize reads as much as the size said beforehand, and says the size
// before and after opening, what came, what came after that, and the blocks.
func readBySize(args []string) error {
	var before, inside unix.Stat_t
	if err := unix.Stat(args[0], &before); err != nil {
		return err
	}
	f, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.Fstat(int(f.Fd()), &inside); err != nil {
		return err
	}
	data := make([]byte, before.Size)
	n, err := io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	rest, err := io.ReadAll(f)
	fmt.Println(before.Size, inside.Size, n, len(rest), before.Blocks)
	return err
}

// readUntilWhole opens a file again and again until it could be read, and says
// what came of each time: the error, or the bytes read and both sizes. It leaves
// what it read in a second file. A program that believes the size would see the
// same.
func readUntilWhole(args []string) error {
	once := func() ([]byte, error) {
		var before, inside unix.Stat_t
		if err := unix.Stat(args[0], &before); err != nil {
			return nil, err
		}
		fd, err := unix.Open(args[0], unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil, err
		}
		defer unix.Close(fd)
		if err := unix.Fstat(fd, &inside); err != nil {
			return nil, err
		}
		data, err := readTo(fd, 5000)
		if err == nil {
			fmt.Println(len(data), inside.Size, before.Size)
		}
		return data, err
	}
	for range 20 {
		data, err := once()
		if err == nil {
			return os.WriteFile(args[1], data, 0o600)
		}
		fmt.Println(errnoName(err))
	}
	return nil
}

// readInPieces reads the head of a file, says so, waits for a line, and reads
// the rest.
func readInPieces(args []string) error {
	fd, err := unix.Open(args[0], unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	head := make([]byte, 4096)
	n, err := unix.Read(fd, head)
	if err != nil {
		return err
	}
	sayAndWait(fmt.Sprint("head ", n))
	rest, err := readTo(fd, 1<<20)
	if err != nil {
		return err
	}
	data := append(head[:n], rest...)
	fmt.Printf("%x %d\n", md5.Sum(data), len(data))
	return nil
}

// readWhileNew reads the head of a file, waits for a line, drops the pages, and
// says the sum of the whole or the error.
func readWhileNew(args []string) error {
	fd, err := unix.Open(args[0], unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	b := make([]byte, 1<<17)
	n, err := unix.Pread(fd, b[:4096], 0)
	if err != nil {
		return err
	}
	data := append([]byte(nil), b[:n]...)
	sayAndWait("head")
	if err := unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED); err != nil {
		return err
	}
	for {
		n, err := unix.Pread(fd, b, int64(len(data)))
		if err != nil {
			fmt.Println(errnoName(err))
			return nil
		}
		if n == 0 {
			fmt.Printf("%x\n", md5.Sum(data))
			return nil
		}
		data = append(data, b[:n]...)
	}
}

// readSignalled reads a file while signals come that it handles or ignores: sent
// by another, or of its own timer. Nothing here goes on after an EINTR.
func readSignalled(args []string) error {
	var handled atomic.Bool
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGALRM, syscall.SIGCHLD)
	signal.Ignore(syscall.SIGHUP)
	go func() {
		for range signals {
			handled.Store(true)
		}
	}()
	if args[1] == "timer" {
		every := unix.MakeItimerval(10*time.Millisecond, 10*time.Millisecond)
		if _, err := unix.Setitimer(unix.ITIMER_REAL, every); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	fd, err := unix.Open(args[0], unix.O_RDONLY|unix.O_CLOEXEC, 0)
	var data []byte
	if err == nil {
		data, err = readTo(fd, 600_000)
	}
	if err != nil {
		return fmt.Errorf("failed with %s", errnoName(err))
	}
	if !within(patience, handled.Load) {
		return errors.New("no signal came")
	}
	fmt.Println("read", len(data), "handled", true)
	return nil
}

// hold keeps a file open, mapped, and its directory as the working one, until it
// is given a line.
func hold(args []string) error {
	f, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Read(make([]byte, 1)); err != nil {
		return err
	}
	if _, err := mapped(f); err != nil {
		return err
	}
	if err := os.Chdir(filepath.Dir(args[0])); err != nil {
		return err
	}
	sayAndWait("held")
	return nil
}

// holdAll reads all photos of a module by way of maps, and keeps them mapped and
// open until it ends.
func holdAll(args []string) error {
	photos, err := filepath.Glob(filepath.Join(args[0], "*", "photo.jpg"))
	if err != nil {
		return err
	}
	for _, path := range photos {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		m, err := mapped(f)
		if err != nil {
			return err
		}
		if n := len(bytes.Clone(m)); n != 1<<20 {
			return fmt.Errorf("%s has %d bytes", path, n)
		}
	}
	fmt.Println(len(photos))
	return nil
}

// mapped maps a whole file for reading.
func mapped(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
}

// getXattr says an extended attribute of a file.
func getXattr(args []string) error {
	b := make([]byte, 4096)
	n, err := unix.Getxattr(args[0], args[1], b)
	if err != nil {
		return err
	}
	fmt.Println(string(b[:n]))
	return nil
}

// showPicture decodes pictures and says their formats.
func showPicture(args []string) error {
	for _, path := range args {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		_, format, err := image.Decode(f)
		_ = f.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		fmt.Println(format)
	}
	return nil
}
