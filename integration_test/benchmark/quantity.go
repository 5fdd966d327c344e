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
		return time.Duration(q.n * float64(time.Second)).Round(roundTo(q.n)).String()
	case bytesUnit:
		return fmt.Sprintf("%.0f MB", q.n/1e6)
	case timesUnit:
		return fmt.Sprintf("%.2f ×", q.n)
	case shareUnit:
		return fmt.Sprintf("%.1f %%", 100*q.n)
	}
	return ""
}

// roundTo leaves three digits or so.
func roundTo(seconds float64) time.Duration {
	switch {
	case seconds >= 1:
		return 10 * time.Millisecond
	case seconds >= 0.01:
		return 100 * time.Microsecond
	}
	return 100 * time.Nanosecond
}
