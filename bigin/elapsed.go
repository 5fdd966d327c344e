package bigin

import "time"

// Elapsed is the time since t by whichever clock says more: the monotonic one
// stands still while the machine sleeps, and the wall clock may be set back.
//
// https://man7.org/linux/man-pages/man2/clock_gettime.2.html (CLOCK_MONOTONIC)
func Elapsed(t time.Time) time.Duration {
	now := time.Now()
	return max(now.Sub(t), now.Round(0).Sub(t.Round(0)))
}

// Rebased is a time that another process wrote down, by both clocks of this
// one, so that Elapsed grows whatever happens to the wall clock. One that is yet
// to come, since a clock was wrong, counts as now.
func Rebased(t time.Time) time.Time {
	now := time.Now()
	return now.Add(min(0, t.Sub(now)))
}
