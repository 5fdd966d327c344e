// Programs writes the page that tells how programs that nobody here wrote fare on a mount, and what they cost:
//
//	go run ./integration_test/programs >.github/PROGRAMS.md
//
// It builds biginfs and mounts an invented account, anew for each program, with nothing remembered. The program visits the
// mount twice, and once more after a remount; the calls are those that the account's server counted from the mount on.
// Programs that are not installed are listed as such. All files are made in one temporary directory, and Ctrl-C leaves
// nothing behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"

	"github.com/biginfs/biginfs/integration_test/sweep"
)

func main() {
	sweep.Main()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "programs:", err)
		os.Exit(1)
	}
}

// run writes the page. A program that fails has its line in it, and is an error in the end.
func run(ctx context.Context, args []string, page io.Writer) (err error) {
	flags := flag.NewFlagSet("programs", flag.ContinueOnError)
	only := flags.String("only", "", "try the programs whose lines match this `REGEXP`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	p, err := newPlace(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	var results []result
	for _, t := range slices.Concat(commands, desktops) {
		if !chosen.MatchString(t.program + ": " + t.does) {
			continue
		}
		r := p.try(t)
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		if r.err != nil {
			fmt.Fprintf(os.Stderr, "%s: %s: %v\n", t.program, t.does, r.err)
			err = errors.Join(err, fmt.Errorf("%s: %s", t.program, t.does))
		}
		results = append(results, r)
	}
	if err != nil {
		err = fmt.Errorf("not as they should be:\n%w", err)
	}
	return errors.Join(err, write(page, results))
}
