package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// watchEvery is how often status --watch asks.
const watchEvery = time.Second

func (a *app) statusCommand() *cobra.Command {
	var asJSON, watch bool
	cmd := &cobra.Command{
		Use:   "status [flags] MOUNTPOINT",
		Short: "Show how a mount is doing, and why something failed",
		Long: `Show how a mount is doing: its account and token, the API credits and calls,
the cache, what was read ahead and what is being downloaded, where its log is,
and the last failures in plain words with what to do about them.

It makes no call, and answers even while every download hangs.`,
		Example: `  biginfs status ~/Bigin
  biginfs status --watch ~/Bigin
  biginfs status --json ~/Bigin | jq .calls`,
		Args: settings.Exactly(1, "the MOUNTPOINT"),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	cmd.Flags().BoolVar(&watch, "watch", false, "show it again each second, until Ctrl-C or the end of the mount; with --json a line a second")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		show := a.showStatus
		switch {
		case asJSON:
			show = a.showStatusJSON
		case watch:
			show = a.showStatusAgain()
		}
		if watch {
			return repeat(cmd.Context(), func() error { return show(args[0]) })
		}
		return show(args[0])
	}
	return cmd
}

// repeat does something each second until ctx ends or it fails.
func repeat(ctx context.Context, do func() error) error {
	ticks := time.NewTicker(watchEvery)
	defer ticks.Stop()
	for {
		if err := do(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticks.C:
		}
	}
}

func (a *app) showStatus(dir string) error {
	r, _, err := readReport(dir)
	if err != nil {
		return err
	}
	return r.write(a.out)
}

// showStatusJSON prints the whole report as one line of JSON.
func (a *app) showStatusJSON(dir string) error {
	_, text, err := readReport(dir)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(a.out, visible(string(text))); err != nil {
		return fmt.Errorf("print the status: %w", err)
	}
	return nil
}

// showStatusAgain returns a function that shows the report in place of the one
// before, with what the last second brought.
func (a *app) showStatusAgain() func(dir string) error {
	var before *report
	begin, end := "", "\n"
	if term.IsTerminal(int(a.out.Fd())) {
		begin, end = "\x1b[H\x1b[J", "" // to the upper left corner, and clear
	}
	return func(dir string) error {
		r, _, err := readReport(dir)
		if err != nil {
			return err
		}
		var b strings.Builder
		b.WriteString(begin + printable("%s at %s, Ctrl-C ends this view", dir, time.Now().Format(time.TimeOnly)) + "\n")
		if before != nil {
			fmt.Fprintf(&b, "last second: %d calls, %d found in the cache, %d fetched\n",
				r.Calls.Calls()-before.Calls.Calls(), r.Cache.Hits-before.Cache.Hits, r.Cache.Misses-before.Cache.Misses)
		}
		b.WriteString("\n")
		before = r
		if err := r.write(&b); err != nil {
			return err
		}
		if _, err := a.out.WriteString(b.String() + end); err != nil {
			return fmt.Errorf("print the status: %w", err)
		}
		return nil
	}
}
