package main

import (
	"errors"
	"os/exec"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
)

// The exit codes are a promise to scripts. None is ever reused.
const (
	exitDone        = 0
	exitFailure     = 1
	exitUsage       = 2
	exitCredentials = 3
	exitMountpoint  = 4
	exitNoFUSE      = 5
)

// exitStatus is the end of every help text.
const exitStatus = `  0  done; for mount and demo also: ended by a signal
  1  something failed
  2  a mistake in a command, a flag, a variable or the config file
  3  no credentials, or Zoho refused them: run biginfs login
  4  the mountpoint is missing, not empty, or in use
  5  FUSE is not available`

// exitCode returns the code for the error that the program ends with.
func exitCode(err error) int {
	var usage *settings.UsageError
	var child *exec.ExitError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &child) && child.ExitCode() > 0:
		return child.ExitCode()
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, fs.ErrMountpoint):
		return exitMountpoint
	case errors.Is(err, fs.ErrNoFUSE):
		return exitNoFUSE
	case refused(err):
		return exitCredentials
	}
	return exitFailure
}

// refused reports whether only a person can help, as waiting brings no token.
func refused(err error) bool {
	for _, target := range []error{
		bigin.ErrNoCredentials, bigin.ErrRefused, bigin.ErrInsecureURL,
		bigin.ErrConsentDenied, bigin.ErrNoRefreshToken, bigin.ErrUnknownDataCenter, settings.ErrExposed,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
