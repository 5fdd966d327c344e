package main

import (
	"context"
	"time"
)

const (
	resumeEvery = 5 * time.Second  // how often the clocks are compared
	resumeJump  = 10 * time.Second // less is an adjustment of the clock
)

// watchResume calls resumed when the machine has slept, until ctx ends. The
// wall clock goes on meanwhile and the monotonic one does not. Setting the
// clock forward looks the same, and does no harm.
func watchResume(ctx context.Context, resumed func()) {
	ticks := time.NewTicker(resumeEvery)
	defer ticks.Stop()
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		now := time.Now()
		if slept(last, now) >= resumeJump {
			resumed()
		}
		last = now
	}
}

// slept is how much further the wall clock went than the monotonic one.
func slept(from, to time.Time) time.Duration {
	return to.Round(0).Sub(from.Round(0)) - to.Sub(from)
}
