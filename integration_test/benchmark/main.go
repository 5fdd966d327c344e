// Benchmark compares biginfs with the fastest there could be and with its
// peers, all on one machine in one run:
//
//	go run ./integration_test/benchmark
//
// It builds biginfs, mounts it from a Bigin in memory that runs in a process
// of its own, and does the same work with curl --parallel, on tmpfs, and with
// rclone and httpdirfs where they are installed. What counts are the ratios
// and the calls made; times depend on the machine and are shown for
// information. A figure that is missed is shown and is no failure: the exit
// code is 1 only when something could not be measured.
//
// Every mount starts with nothing remembered. All files are made in one
// temporary directory, those that are timed on tmpfs, and Ctrl-C leaves
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
	"syscall"

	"github.com/biginfs/biginfs/integration_test/sweep"
)

func main() {
	sweep.Main()
	if len(os.Args) > 1 && os.Args[1] == serveCommand {
		os.Exit(serve())
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// options are the command line.
type options struct {
	only  *regexp.Regexp
	runs  int
	quick bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("benchmark", flag.ContinueOnError)
	flags.SetOutput(stderr)
	only := flags.String("only", "", "measure the rows whose names match this `REGEXP`")
	flags.IntVar(&o.runs, "runs", 1, "measure each row `N` times; several give median and minimum")
	flags.BoolVar(&o.quick, "quick", false, "less work, to see that all works: the figures do not hold")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: go run ./integration_test/benchmark [flags]")
		flags.PrintDefaults()
		fmt.Fprintln(stderr, "rows:")
		for _, r := range rows(fullSizes) {
			fmt.Fprintf(stderr, "  %-9s %s\n", r.name, r.title)
		}
	}
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.only, err = regexp.Compile(*only); err != nil {
		return o, fmt.Errorf("-only: %w", err)
	}
	if o.runs < 1 || flags.NArg() > 0 {
		flags.Usage()
		return o, errors.New("there are no arguments, and -runs is at least 1")
	}
	return o, nil
}

// run does all but exit.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		err = measure(ctx, o, stdout)
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "benchmark:", err)
		return 1
	}
	return 0
}

// measure runs the rows that were chosen and prints their table. A row that
// fails does not keep the others from running.
func measure(ctx context.Context, o options, out io.Writer) (err error) {
	b, err := newBench(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	size := fullSizes
	if o.quick {
		size = quickSizes
	}
	t := &table{w: out, quick: o.quick}
	t.begin()
	failed := 0
	for _, r := range rows(size) {
		if !o.only.MatchString(r.name) {
			continue
		}
		t.title(r)
		var all [][]sample
		for range o.runs {
			samples, err := b.row(r)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				failed++
				t.failure(err)
				break
			}
			all = append(all, samples)
		}
		t.lines(merge(all))
	}
	t.end()
	if failed > 0 {
		return fmt.Errorf("%d of the rows could not be measured", failed)
	}
	return nil
}
