package integration_test

import (
	"testing"
	"time"
)

// patience bounds every wait. It is no measure of speed: nothing that works
// takes a tenth of it.
const patience = 30 * time.Second

// eventually waits until the condition holds, and fails the test if that takes
// too long.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	if !within(patience, holds) {
		t.Fatalf("waited %v in vain until %s", patience, what)
	}
}

// within reports whether the condition comes to hold within a time.
func within(d time.Duration, holds func() bool) bool {
	for end := time.Now().Add(d); ; time.Sleep(2 * time.Millisecond) {
		if holds() {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}
