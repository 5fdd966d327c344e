package main

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"time"
)

// desks is how long so many mounts take that read everything at the same time
// and share a cache, against one mount alone. Whatever they do, they make the
// calls of one; but each reads all the bytes, and all of them on this machine.
func desks(a account, n int) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		alone, _, err := b.readAtDesks(s, 1)
		if err != nil {
			return nil, err
		}
		address, err := b.engine()
		if errors.Is(err, errNotInstalled) {
			return []sample{skipped("all", err)}, nil
		}
		if err != nil {
			return nil, err
		}
		ours, calls, err := b.readAtDesks(s, n, "--shared-cache", address)
		if err != nil {
			return nil, err
		}
		line := against(fmt.Sprintf("%d desks with one cache", n), ours, alone, "one desk alone", 0)
		line.calls = &calls
		line.checks = []check{
			{"photo calls", calls.Photos, a.Photos + a.Photos/20},
			{"calls", calls.Calls, a.Photos + a.Photos/20 + 6},
			{"at once", calls.Most, a.Concurrency},
		}
		return []sample{line}, nil
	}
}

// readAtDesks reads all photos from so many mounts at the same time.
func (b *bench) readAtDesks(s *server, n int, flags ...string) (t time.Duration, calls counts, err error) {
	b = b.scope()
	defer func() { err = errors.Join(err, b.close()) }()
	if err := s.reset(); err != nil {
		return 0, calls, err
	}
	var mounts []*mounted
	for range n {
		m, err := b.mount(s, flags...)
		if err != nil {
			return 0, calls, err
		}
		mounts = append(mounts, m)
	}
	errs := make(chan error, n)
	begun := time.Now()
	for _, m := range mounts {
		go func() {
			_, err := timed(b.ctx, "sh", "-ec", `cat "$1"/*/photo.jpg >/dev/null`, "sh", m.records())
			errs <- err
		}()
	}
	for range mounts {
		err = errors.Join(err, <-errs)
	}
	t = time.Since(begun)
	if err != nil {
		return t, calls, err
	}
	calls, err = s.count()
	return t, calls, err
}

// engine starts a Valkey or Redis server, and returns its address. It ends with
// the scope.
func (b *bench) engine() (address string, err error) {
	program, err := exec.LookPath("valkey-server")
	if err != nil {
		if program, err = exec.LookPath("redis-server"); err != nil {
			return "", fmt.Errorf("redis-server: %w", errNotInstalled)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err = errors.Join(err, l.Close()); err != nil {
		return "", err
	}
	cmd := exec.Command(program, "--bind", host, "--port", port, "--save", "", "--appendonly", "no", "--dir", b.dir)
	if err := cmd.Start(); err != nil {
		return "", err
	}
	b.later(func() error {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		return nil
	})
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", net.JoinHostPort(host, port)); err == nil {
			return "redis://" + net.JoinHostPort(host, port), c.Close()
		}
	}
	return "", fmt.Errorf("%s does not listen", program)
}
