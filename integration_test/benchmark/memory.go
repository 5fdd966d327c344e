package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// memoryPeak is how large biginfs becomes while far more passes through than
// the cache may hold.
func memoryPeak(a account, most float64) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		m, err := b.mount(s, "--cache-size", "64MiB")
		if err != nil {
			return nil, err
		}
		if err := s.reset(); err != nil {
			return nil, err
		}
		if _, err := os.ReadDir(m.records()); err != nil { // lets it read ahead
			return nil, err
		}
		for _, id := range a.ids() {
			if err := b.ctx.Err(); err != nil {
				return nil, err
			}
			got, err := os.ReadFile(m.photo(id))
			if err != nil {
				return nil, err
			}
			if len(got) != a.Size {
				return nil, fmt.Errorf("%s: %d bytes of %d", m.photo(id), len(got), a.Size)
			}
		}
		peak, err := m.memory("VmHWM")
		if err != nil {
			return nil, err
		}
		calls, err := s.count()
		if err != nil {
			return nil, err
		}
		return []sample{{
			work: "resident at the peak", ours: quantity{peak, bytesUnit}, figure: quantity{most, bytesUnit},
			calls: &calls,
		}}, nil
	}
}

// memory returns bytes of the program, by the name that proc(5) gives them.
func (m *mounted) memory(name string) (float64, error) {
	file := fmt.Sprintf("/proc/%d/status", m.cmd.Process.Pid)
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(b) {
		if f := bytes.Fields(line); len(f) == 3 && string(f[0]) == name+":" {
			kB, err := strconv.ParseFloat(string(f[1]), 64)
			return kB * 1024, err
		}
	}
	return 0, fmt.Errorf("%s does not tell %s", file, name)
}
