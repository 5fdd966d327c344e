package main

import (
	"io"
	"os"
	"time"
)

// firstBytes is how soon the beginning of a large photo is there on a slow
// line, against the whole of it with a plain HTTP client.
func firstBytes(a account, most float64) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		id := a.ids()[0]
		begun := time.Now()
		if _, err := s.get(photoPath(id)); err != nil {
			return nil, err
		}
		base := time.Since(begun)
		m, err := b.mount(s)
		if err != nil {
			return nil, err
		}
		if err := s.reset(); err != nil {
			return nil, err
		}
		begun = time.Now()
		f, err := os.Open(m.photo(id))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if _, err := io.ReadFull(f, make([]byte, 4096)); err != nil {
			return nil, err
		}
		ours := time.Since(begun)
		calls, err := s.count()
		if err != nil {
			return nil, err
		}
		line := against("first 4 kB", ours, base, "all of it, HTTP", most)
		line.calls, line.checks = &calls, []check{{"calls", calls.Calls, 1}}
		return []sample{line}, nil
	}
}
