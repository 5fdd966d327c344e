package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

// randomReads reads n photos in any order, after a listing that would let
// read-ahead guess wrong, against the same photos from a plain HTTP client.
func randomReads(a account, n int) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		ids := a.ids()
		rand.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		ids = ids[:n]
		begun := time.Now()
		for _, id := range ids {
			if _, err := s.get(photoPath(id)); err != nil {
				return nil, err
			}
		}
		base := time.Since(begun)

		m, err := b.mount(s)
		if err != nil {
			return nil, err
		}
		if _, err := os.ReadDir(m.records()); err != nil {
			return nil, err
		}
		if err := s.reset(); err != nil {
			return nil, err
		}
		var ours time.Duration
		for _, id := range ids {
			begun := time.Now()
			got, err := os.ReadFile(m.photo(id))
			ours += time.Since(begun)
			if err != nil {
				return nil, err
			}
			if !bytes.Equal(got, a.photo(id)) {
				return nil, fmt.Errorf("%s is not the photo", m.photo(id))
			}
		}
		calls, err := s.count()
		if err != nil {
			return nil, err
		}
		line := against("read", ours, base, "one HTTP client", 0)
		line.calls = &calls
		line.checks = []check{{"photo calls", calls.Photos, n + n/10}}
		return []sample{line}, nil
	}
}
