package main

import (
	"fmt"
	"time"
)

// unit is what a quantity counts.
type unit int

const (
	noUnit unit = iota
	secondsUnit
	bytesUnit
	timesUnit // of something
	shareUnit // of something
)

// quantity is a number with its unit.
type quantity struct {
	n float64
	unit
}

func took(d time.Duration) quantity { return quantity{d.Seconds(), secondsUnit} }

func (q quantity) String() string {
	switch q.unit {
	case secondsUnit:
		return duration(q.n)
	case bytesUnit:
		return fmt.Sprintf("%.0f MB", q.n/1e6)
	case timesUnit:
		return fmt.Sprintf("%.3f ×", q.n)
	case shareUnit:
		return fmt.Sprintf("%.1f %%", 100*q.n)
	}
	return ""
}

// duration has three digits or so.
func duration(seconds float64) string {
	switch {
	case seconds >= 10:
		return fmt.Sprintf("%.1f s", seconds)
	case seconds >= 1:
		return fmt.Sprintf("%.2f s", seconds)
	case seconds >= 0.1:
		return fmt.Sprintf("%.0f ms", 1e3*seconds)
	}
	return fmt.Sprintf("%.1f ms", 1e3*seconds)
}
