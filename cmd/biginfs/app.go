package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
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
	if os.Getenv(envReady) == "" { // else whoever started us has said it
		for _, unknown := range settings.UnknownVariables() {
			a.note("Note: %s", unknown)
		}
	}
	return cmd.ExecuteContext(ctx)
}

// report says in one line what went wrong.
func (a *app) report(err error) {
	var child *exec.ExitError
	if err == nil || errors.As(err, &child) { // the child has said it
		return
	}
	fmt.Fprintf(a.err, "biginfs: %s\n", visible(strings.Join(strings.Fields(err.Error()), " ")))
}

// isReady tells whoever started us in the background.
func (a *app) isReady() error {
	if a.ready == nil {
		return nil
	}
	return a.ready()
}

// note says something to the person at the terminal. The arguments may be
// foreign.
func (a *app) note(format string, args ...any) { fmt.Fprintln(a.err, printable(format, args...)) }

// print answers what was asked for. The arguments may be foreign.
func (a *app) print(format string, args ...any) { fmt.Fprintln(a.out, printable(format, args...)) }

// printJSON prints a value for scripts.
func (a *app) printJSON(v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	for line := range strings.Lines(string(text) + "\n") {
		fmt.Fprintln(a.out, visible(strings.TrimSuffix(line, "\n")))
	}
	return nil
}
