package main

// million is a module of very many records: how soon the first name is there,
// what is remembered of them, and what they cost again and in the next mount.
func million(a account) func(*bench) ([]sample, error) {
	const (
		firstName  = 0.5   // seconds
		growth     = 150e6 // bytes
		lookupTime = 0.01  // seconds
	)
	return func(b *bench) ([]sample, error) {
		r, err := b.remember(a)
		if err != nil {
			return nil, err
		}
		small, err := r.memory("VmRSS")
		if err != nil {
			return nil, err
		}
		scratch, err := r.list()
		if err != nil {
			return nil, err
		}
		large, err := r.memory("VmRSS")
		if err != nil {
			return nil, err
		}
		again, err := r.listPastItsTime()
		if err != nil {
			return nil, err
		}
		lookup, err := r.longestLookupInARenewal()
		if err != nil {
			return nil, err
		}
		next, err := r.listInTheNextMount()
		if err != nil {
			return nil, err
		}
		return []sample{
			{work: "first name", ours: took(scratch.first), figure: quantity{firstName, secondsUnit}},
			scratch.sample(fromScratch, scratch, "", 0, a.pages()+max(3, a.pages()/50)),
			{work: "resident, more than before", ours: quantity{large - small, bytesUnit}, figure: quantity{growth, bytesUnit}},
			again.sample("unchanged, past its time", scratch, fromScratch, 0, 2),
			{work: "longest lookup in a renewal", ours: took(lookup), figure: quantity{lookupTime, secondsUnit}},
			{work: "first name, next mount", ours: took(next.first), figure: quantity{firstName, secondsUnit}},
			next.sample("all names, next mount", scratch, fromScratch, 0, 2),
		}, nil
	}
}
