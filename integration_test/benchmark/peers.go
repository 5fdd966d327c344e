package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// peer is another file system that can show the same photos.
type peer struct {
	name string
	args func(url, cache string) []string // the mountpoint follows
}

var peers = []peer{
	{"rclone", func(url, cache string) []string {
		return []string{"mount", "--config", os.DevNull, "--http-url", url, "--read-only",
			"--vfs-cache-mode", "full", "--cache-dir", cache, ":http:"}
	}},
	{"httpdirfs", func(url, cache string) []string {
		return []string{"-f", "--cache", "--cache-location", cache, url}
	}},
}

// giveUp is how long a peer may take.
const giveUp = 2 * time.Minute

// againstPeers is how long cp takes to copy everything from a fresh mount,
// against mounts of peers.
func againstPeers(a account) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		ours, calls, err := b.copyAll(s, copiers[0])
		if err != nil {
			return nil, err
		}
		var samples []sample
		for _, p := range peers {
			if _, err := exec.LookPath(p.name); err != nil {
				samples = append(samples, skipped(p.name, fmt.Errorf("%s: %w", p.name, errNotInstalled)))
				continue
			}
			base, theirs, done, err := b.peerCopy(s, p)
			if b.ctx.Err() != nil {
				return nil, b.ctx.Err()
			}
			if err != nil {
				samples = append(samples, sample{work: p.name, note: fmt.Sprintf("could not do it: %v", err)})
				continue
			}
			baseline := fmt.Sprintf("%s, %d calls", p.name, theirs.Files)
			if !done {
				baseline = fmt.Sprintf("%s not yet, %d calls", p.name, theirs.Files)
			}
			line := against("cp -r", ours, base, baseline, 0)
			line.calls = &calls
			samples = append(samples, line)
		}
		return samples, nil
	}
}

// peerCopy is copyAll with a peer. It reports whether the peer came to the end in
// time.
func (b *bench) peerCopy(s *server, p peer) (t time.Duration, calls counts, done bool, err error) {
	b = b.scope()
	defer func() { err = errors.Join(err, b.close()) }()
	if err := s.reset(); err != nil {
		return 0, calls, false, err
	}
	cache, err := b.newDir(b.dir, "cache")
	if err != nil {
		return 0, calls, false, err
	}
	to, err := b.newDir(b.ram, "copy")
	if err != nil {
		return 0, calls, false, err
	}
	m, err := b.start(exec.Command(p.name, p.args(s.Index, cache)...), p.name)
	if err != nil {
		return 0, calls, false, err
	}
	ctx, cancel := context.WithTimeout(b.ctx, giveUp)
	defer cancel()
	context.AfterFunc(ctx, func() { // else cp may wait for the mount, and not end
		if ctx.Err() == context.DeadlineExceeded {
			_ = m.cmd.Process.Kill()
		}
	})
	t, err = timed(ctx, "cp", "-r", m.records(), to)
	if b.ctx.Err() != nil {
		return t, calls, false, b.ctx.Err()
	}
	done = ctx.Err() == nil
	if err != nil && done {
		return t, calls, done, err
	}
	if calls, err = s.count(); err != nil || !done {
		return t, calls, done, err
	}
	return t, calls, done, s.verify(to)
}
