//go:build !race

package integration_test

// raceDetector says whether the tests, and so the program, are built with it.
const raceDetector = false
