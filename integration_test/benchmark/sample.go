package main

import (
	"fmt"
	"slices"
	"time"
)

// sample is one measurement of one kind of work.
type sample struct {
	work     string
	ours     quantity
	base     quantity // of the baseline; zero if there is none
	baseline string   // what that is
	ratio    quantity // of the two, or another that counts; zero if there is none
	figure   quantity // to be reached at most, by the ratio or, without one, by ours; zero if there is none
	calls    *counts  // nil if they do not matter
	checks   []check
	note     string // instead of a measurement, why there is none
}

// against is a sample with a baseline. most is the figure, 0 for none.
func against(work string, ours, base time.Duration, baseline string, most float64) sample {
	s := sample{
		work: work, ours: took(ours), base: took(base), baseline: baseline,
		ratio: quantity{float64(ours) / float64(base), timesUnit},
	}
	if most > 0 {
		s.figure = quantity{most, timesUnit}
	}
	return s
}

// skipped is a gap in the table.
func skipped(work string, why error) sample {
	return sample{work: work, note: "skipped: " + why.Error()}
}

// missed tells which figures were not reached.
func (s sample) missed() []string {
	var missed []string
	value := s.ratio
	if value == (quantity{}) {
		value = s.ours
	}
	if s.figure != (quantity{}) && value.n > s.figure.n {
		missed = append(missed, value.String())
	}
	for _, c := range s.checks {
		if c.got > c.most {
			missed = append(missed, fmt.Sprintf("%d %s, not ≤ %d", c.got, c.what, c.most))
		}
	}
	return missed
}

// check is a count that has a figure.
type check struct {
	what      string
	got, most int
}

// line is what several samples of the same work come to.
type line struct {
	sample
	least quantity // ratio
	runs  int
}

// merge takes the median of the runs, of calls the most, and of each check the
// worst. The samples of all runs are in the same order.
func merge(runs [][]sample) []line {
	if len(runs) == 0 {
		return nil
	}
	var lines []line
	for i, first := range runs[0] {
		l := line{sample: first, runs: len(runs), least: first.ratio}
		var ours, base, ratios []float64
		for _, run := range runs {
			s := run[i]
			ours, base, ratios = append(ours, s.ours.n), append(base, s.base.n), append(ratios, s.ratio.n)
			if s.calls != nil && s.calls.Calls > l.calls.Calls {
				l.calls = s.calls
			}
			for j, c := range s.checks {
				if worst := l.checks[j]; c.got-c.most > worst.got-worst.most {
					l.checks[j] = c
				}
			}
		}
		l.ours.n, l.base.n, l.ratio.n = median(ours), median(base), median(ratios)
		l.least.n = slices.Min(ratios)
		lines = append(lines, l)
	}
	return lines
}

// median is the middle value, or the mean of the two in the middle.
func median[T float64 | time.Duration](v []T) T {
	v = slices.Clone(v)
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
