// Biginfs mounts the photos of a Zoho Bigin account as files.
//
//	biginfs demo                       try it without an account
//	biginfs login                      connect an account, once
//	biginfs mount ~/Bigin              mount it; Ctrl-C ends it
//	biginfs mount --background ~/Bigin
//	biginfs unmount ~/Bigin
//
// Each command has a help text, which ends with the exit status. This package is
// the only one that knows flags, config files, credentials and signals. Files are
// named after their command. The name of a flag, where else it can be set and its
// default are in one table, in internal/settings/table.go; mount_drive.go hands
// the settings to the packages that do the work.
package main

import (
	"context"
	"os"
	"path/filepath"
)

func main() {
	ctx, stop := untilSignal(context.Background())
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, log: os.Stderr}
	var err error
	if filepath.Base(os.Args[0]) == helperName {
		err = a.mountHelper(ctx, os.Args[1:])
	} else {
		err = a.run(ctx, os.Args[1:])
	}
	a.report(err)
	stop()
	os.Exit(exitCode(err))
}
