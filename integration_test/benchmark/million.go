package main

import "time"

// million is a module of very many records: how soon the first name is there,
// what is remembered of them, and what they cost again and in the next mount.
func million(a account) func(*bench) ([]sample, error) {
	const (
		firstName = 0.5   // seconds
		growth    = 150e6 // bytes
	)
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		home, err := b.newDir(b.dir, "home")
		if err != nil {
			return nil, err
		}
		ttl := []string{"--attr-ttl", renewTTL.String()}
		m, err := b.mountFrom(home, s, ttl...)
		if err != nil {
			return nil, err
		}
		small, err := m.memory("VmRSS")
		if err != nil {
			return nil, err
		}
		ids := a.allIDs()
		scratch, err := m.listExactly(s, ids)
		if err != nil {
			return nil, err
		}
		large, err := m.memory("VmRSS")
		if err != nil {
			return nil, err
		}
		time.Sleep(renewTTL + time.Second)
		again, err := m.listExactly(s, ids)
		if err != nil {
			return nil, err
		}
		if err := m.unmount(); err != nil {
			return nil, err
		}
		if m, err = b.mountFrom(home, s, ttl...); err != nil {
			return nil, err
		}
		next, err := m.listExactly(s, ids)
		if err != nil {
			return nil, err
		}
		const baseline = "from scratch"
		return []sample{
			{work: "first name", ours: took(scratch.first), figure: quantity{firstName, secondsUnit}},
			scratch.sample("from scratch", scratch, "", 0, a.pages()+a.pages()/50),
			{work: "resident, more than before", ours: quantity{large - small, bytesUnit}, figure: quantity{growth, bytesUnit}},
			again.sample("unchanged, past its time", scratch, baseline, 0, 2),
			{work: "first name, next mount", ours: took(next.first), figure: quantity{firstName, secondsUnit}},
			next.sample("all names, next mount", scratch, baseline, 0, 2),
		}, nil
	}
}
