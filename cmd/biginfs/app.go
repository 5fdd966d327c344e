package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// app is one run of the program. Standard output is for what was asked for;
// everything else goes to standard error.
type app struct {
	in  *os.File
	out *os.File
	err *os.File
	log io.Writer // err, unless a mount runs in the background

	ready func() error // tells whoever started us in the background that the mount answers; may be nil
}

// run runs the command that the arguments name.
func (a *app) run(ctx context.Context, args []string) error {
	cmd := a.rootCommand()
	cmd.SetArgs(args)
	return cmd.ExecuteContext(ctx)
}

// report says in one line what went wrong.
func (a *app) report(err error) {
	var child *exec.ExitError
	if err == nil || errors.As(err, &child) { // the child has said it
		return
	}
	fmt.Fprintf(a.err, "biginfs: %s\n", strings.Join(strings.Fields(err.Error()), " "))
}

// isReady tells whoever started us in the background.
func (a *app) isReady() error {
	if a.ready == nil {
		return nil
	}
	return a.ready()
}

// note says something to the person at the terminal.
func (a *app) note(format string, args ...any) { fmt.Fprintf(a.err, format+"\n", args...) }

// print answers what was asked for.
func (a *app) print(format string, args ...any) { fmt.Fprintf(a.out, format+"\n", args...) }
