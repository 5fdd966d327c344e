// Package integration_test mounts the program as people get it, in a process of
// its own, against a Bigin in memory, and reads the mount with ordinary tools.
//
// The test process itself never touches a mount: a file system that hangs would
// hang the test that is to find it. What asks the mount is always another
// process, and has a time limit.
//
// What a test does not announce must not happen: a warning in the log, a
// secret in it, an exit code that is not 0, a mount that is left over.
package integration_test
