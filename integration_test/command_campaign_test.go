package integration_test

import (
	"crypto/md5"
	"encoding/gob"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// campaign does random things with a module for some time, and says each step in
// gob. Its arguments are the module's directory, a seed, a duration, and ids.
func campaign(args []string) error {
	seed, err := strconv.ParseUint(args[1], 10, 64)
	if err != nil {
		return err
	}
	d, err := time.ParseDuration(args[2])
	if err != nil {
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
			err = c.read(&s, []int{4096, 5000, 100_000}[c.rand.IntN(3)], c.rand.IntN(3) == 0)
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

// read reads a photo: in a row, or in pieces at random, or by way of a map.
func (c *campaigner) read(s *step, size int, random bool) error {
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
	offsets := make([]int, 0, s.Size/size+2)
	for off := 0; off <= s.Size; off += size {
		offsets = append(offsets, off)
	}
	if random {
		c.rand.Shuffle(len(offsets), func(i, j int) { offsets[i], offsets[j] = offsets[j], offsets[i] })
	}
	b := make([]byte, size)
	for _, off := range offsets {
		var n int
		if err := s.timed(func() (err error) { n, err = unix.Pread(fd, b, int64(off)); return err }); err != nil {
			return err
		}
		if n == 0 && off < s.Size {
			return errors.New("the end came early")
		}
		s.Pieces = append(s.Pieces, piece{Off: off, N: n, Sum: md5.Sum(b[:n]), End: n < size})
	}
	s.Pieces = slices.Clip(s.Pieces)
	return nil
}
