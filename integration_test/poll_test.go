package integration_test

import (
	"os"
	"testing"
	"time"
)

// patience bounds every wait. It is no measure of speed: nothing that works
// takes a tenth of it.
const patience = 30 * time.Second

// thorough is whether there is time to try everything, and to repeat things as
// often as they are worth. Nobody waits for CI.
func thorough() bool { return os.Getenv("CI") == "true" }

// times is how often a test repeats what it does n times where there is time.
func times(n int) int {
	if thorough() {
		return n
	}
	return n / 4
}

// eventually waits until the condition holds, and fails the test if that takes
// too long.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	if !within(patience, holds) {
		t.Fatalf("waited %v in vain until %s", patience, what)
	}
}

// within reports whether the condition comes to hold within a time. It looks less
// often the longer that takes: to look may mean to start a program, while others
// wait for a processor.
func within(d time.Duration, holds func() bool) bool {
	pause := 2 * time.Millisecond
	for end := time.Now().Add(d); !holds(); time.Sleep(pause) {
		if time.Now().After(end) {
			return false
		}
		pause = min(pause*3/2, 100*time.Millisecond)
	}
	return true
}
