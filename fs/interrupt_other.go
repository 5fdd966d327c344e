//go:build !linux

package fs

// dying reports whether an interrupted thread will not live to see the answer.
// Where that cannot be known it is assumed.
func dying(uint32) bool { return true }
