package main

import "errors"

// limitedCopy is whether a copy succeeds from a server that allows fewer calls
// at once than biginfs begins with, and how much of what it is asked it
// refuses.
func limitedCopy(a account, most float64) func(*bench) ([]sample, error) {
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		base, err := b.curl(s, a.Concurrency)
		if errors.Is(err, errNotInstalled) {
			return []sample{skipped("all", err)}, nil
		}
		if err != nil {
			return nil, err
		}
		ours, calls, err := b.copyAll(s, copiers[0])
		if err != nil {
			return nil, err
		}
		line := against("cp -r, no error", ours, base, "curl, 4 at once", 0)
		line.calls = &calls
		refused := sample{
			work:   "of the calls answered 429",
			ratio:  quantity{float64(calls.Refused) / float64(calls.Calls), shareUnit},
			figure: quantity{most, shareUnit},
		}
		return []sample{line, refused}, nil
	}
}
