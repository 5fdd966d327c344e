package integration_test

import (
	"crypto/md5"
	"encoding/gob"
	"errors"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// campaign does random things with a module for some time, while signals come
// that it handles, and says each step in gob. Its arguments are the module's
// directory, a seed, a duration, and ids.
func campaign(args []string) error {
	seed, err := strconv.ParseUint(args[1], 10, 64)
	if err != nil {
		return err
	}
	d, err := time.ParseDuration(args[2])
	if err != nil {
		return err
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGALRM)
	if _, err := unix.Setitimer(unix.ITIMER_REAL, unix.MakeItimerval(7*time.Millisecond, 7*time.Millisecond)); err != nil {
		return err
	}
	c := campaigner{dir: args[0], rand: rand.New(rand.NewPCG(seed, 1))}
	out := gob.NewEncoder(os.Stdout)
	for end := time.Now().Add(d); time.Now().Before(end); {
		s := step{Begin: time.Now()}
		var err error
		if c.rand.IntN(5) == 0 {
			s.What = "list"
			err = c.list(&s)
		} else {
			s.What = "read"
			if s.ID, err = strconv.ParseInt(args[3+c.rand.IntN(len(args)-3)], 10, 64); err != nil {
				return err
			}
			err = c.look(&s)
		}
		s.End = time.Now()
		if err != nil {
			s.Errno = errnoName(err)
		}
		if err := out.Encode(s); err != nil {
			return err
		}
	}
	return nil
}

type campaigner struct {
	dir  string
	rand *rand.Rand
}

// timed does a system call and notes how long the longest took.
func (s *step) timed(call func() error) error {
	begun := time.Now()
	err := call()
	s.Longest = max(s.Longest, time.Since(begun))
	return err
}

func (c *campaigner) list(s *step) error {
	var fd int
	if err := s.timed(func() (err error) {
		fd, err = unix.Open(c.dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		return err
	}); err != nil {
		return err
	}
	defer unix.Close(fd)
	b := make([]byte, 1024)
	for {
		var n int
		if err := s.timed(func() (err error) { n, err = unix.Getdents(fd, b); return err }); err != nil || n == 0 {
			return err
		}
		_, _, names := unix.ParseDirent(b[:n], -1, nil)
		s.Names = append(s.Names, names...)
	}
}

// look reads a photo: in a row, in pieces at random, or by way of a map.
func (c *campaigner) look(s *step) error {
	path := filepath.Join(c.dir, strconv.FormatInt(s.ID, 10), "photo.jpg")
	var fd int
	if err := s.timed(func() (err error) { fd, err = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0); return err }); err != nil {
		return err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := s.timed(func() error { return unix.Fstat(fd, &st) }); err != nil {
		return err
	}
	s.Size = int(st.Size)
	way := func(b []byte, off int) (int, error) { return unix.Pread(fd, b, int64(off)) }
	if s.Size > 0 && c.rand.IntN(4) == 0 {
		file, err := unix.Mmap(fd, 0, s.Size, unix.PROT_READ, unix.MAP_SHARED)
		if err != nil {
			return err
		}
		defer func() { _ = unix.Munmap(file) }() // it was mapped
		way = fromMap(file)
	}
	return c.read(s, way, []int{4096, 5000, 100_000}[c.rand.IntN(3)])
}

// read reads a file of that size one way, in a row or in pieces at random.
func (c *campaigner) read(s *step, at func(b []byte, off int) (int, error), size int) error {
	offsets := make([]int, 0, s.Size/size+2)
	for off := 0; off <= s.Size; off += size {
		offsets = append(offsets, off)
	}
	if c.rand.IntN(3) == 0 {
		c.rand.Shuffle(len(offsets), func(i, j int) { offsets[i], offsets[j] = offsets[j], offsets[i] })
	}
	b := make([]byte, size)
	for _, off := range offsets {
		n, err := s.full(at, b, off)
		if n == 0 && err == nil && off < s.Size {
			return errors.New("the end came early")
		}
		if n > 0 || err == nil {
			s.Pieces = append(s.Pieces, piece{Off: off, N: n, Sum: md5.Sum(b[:n]), End: n < size && err == nil})
		}
		if err != nil {
			return err
		}
	}
	s.Pieces = slices.Clip(s.Pieces)
	return nil
}

// full reads on after a read that brought less than asked for, as programs do: an
// error further on ends the read before it, and the next one tells.
func (s *step) full(at func(b []byte, off int) (int, error), b []byte, off int) (n int, err error) {
	for n < len(b) {
		var more int
		err := s.timed(func() (err error) { more, err = at(b[n:], off+n); return err })
		if err != nil || more == 0 {
			return n, err
		}
		n += more
	}
	return n, nil
}

// fromMap reads from a map of a file, where any error is a fault of the memory.
func fromMap(file []byte) func(b []byte, off int) (int, error) {
	return func(b []byte, off int) (n int, err error) {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		defer func() {
			if recover() != nil {
				err = unix.EIO
			}
		}()
		return copy(b, file[min(off, len(file)):]), nil
	}
}
