package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// unchangedTTL is how long the row about unchanged photos believes anything.
const unchangedTTL = 2 * time.Second

// unchanged reads photos again when they are past their time, and none has
// changed, and then one; against reading them for the first time.
func unchanged(a account) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		m, err := b.mount(s, "--attr-ttl", unchangedTTL.String(), "--content-ttl", unchangedTTL.String())
		if err != nil {
			return nil, err
		}
		cold, _, err := b.copyFrom(m, s, nil)
		if err != nil {
			return nil, err
		}
		time.Sleep(unchangedTTL + time.Second)
		again, calls, err := b.copyFrom(m, s, nil)
		if err != nil {
			return nil, err
		}
		line := against("cp -r again, past its time", again, cold, "the first time", 0.25)
		line.calls, line.checks = &calls, []check{{"photo calls", calls.Photos, 0}, {"calls", calls.Calls, 4}}

		replaced := a.ids()[a.Photos/2]
		if err := s.change(change{Replace: []int64{replaced}}); err != nil {
			return nil, err
		}
		time.Sleep(unchangedTTL + time.Second)
		one, oneCalls, err := b.copyFrom(m, s, []int64{replaced})
		if err != nil {
			return nil, err
		}
		second := against("cp -r, one replaced", one, cold, "the first time", 0.25)
		second.calls, second.checks = &oneCalls, []check{{"photo calls", oneCalls.Photos, 1}, {"calls", oneCalls.Calls, 6}}
		return []sample{line, second}, nil
	}
}

// copyFrom copies what is mounted, and sees that it is what the server has, of
// which some was replaced.
func (b *bench) copyFrom(m *mounted, s *server, replaced []int64) (t time.Duration, calls counts, err error) {
	to, err := b.newDir(b.ram, "copy")
	if err != nil {
		return 0, calls, err
	}
	if err := s.reset(); err != nil {
		return 0, calls, err
	}
	if t, err = timed(b.ctx, "cp", "-r", m.records(), to); err != nil {
		return t, calls, err
	}
	if calls, err = s.count(); err != nil {
		return t, calls, err
	}
	for _, id := range replaced {
		file := filepath.Join(to, module, fmt.Sprint(id), photoName)
		got, err := os.ReadFile(file)
		if err != nil {
			return t, calls, err
		}
		if !bytes.Equal(got, s.replacement(id)) {
			return t, calls, fmt.Errorf("%s is not the photo that replaced another", file)
		}
		if err := os.WriteFile(file, s.photo(id), 0o600); err != nil { // for verify
			return t, calls, err
		}
	}
	return t, calls, s.verify(to)
}

// shortTTL copies from a mount that believes nothing for long. Still a photo
// costs one call, and a record without one none.
func shortTTL(a account, most float64) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		base, err := b.curl(s, 10)
		if err != nil {
			return []sample{skipped("all", err)}, nil
		}
		m, err := b.mount(s, "--attr-ttl", "1s")
		if err != nil {
			return nil, err
		}
		ours, calls, err := b.copyFrom(m, s, nil)
		if err != nil {
			return nil, err
		}
		line := against("cp -r, --attr-ttl 1s", ours, base, "curl, 10 at once", most)
		line.calls = &calls
		line.checks = []check{
			{"photo calls", calls.Photos, a.Photos + 3},
			{"record calls", calls.Records, 0},
			{"calls", calls.Calls, a.Photos + 3 + a.pages() + 5 + 2*(int(ours/time.Second)+1)},
		}
		return []sample{line}, nil
	}
}
