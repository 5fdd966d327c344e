package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// severity says how bad a finding is.
type severity string

const (
	good    severity = "ok"
	warning severity = "warning"
	failed  severity = "failed"
)

// finding is what one check came to.
type finding struct {
	Check    string   `json:"check"`
	Severity severity `json:"severity"`
	Text     string   `json:"text"`
	Remedy   string   `json:"remedy,omitempty"`
}

// quietFor is how long doctor says nothing.
const quietFor = 2 * time.Second

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor [flags] [MOUNTPOINT]",
		Short: "Check what a mount needs, and say what to do",
		Long: `Check what a mount needs: FUSE, the config and its permissions, the clock, the
login, and each module of the account, which costs one call each. With a
MOUNTPOINT also how that mount does. Each finding comes with what to do.

The exit status is 1 when something failed.`,
		Example: `  biginfs doctor
  biginfs doctor --profile work --json
  biginfs doctor ~/Bigin`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return exactly(1, "")(cmd, args)
			}
			return nil
		},
	}
	flags := settings.AddFlags(cmd, settings.ForDoctor)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := flags.Resolve(nil)
		if err != nil {
			return err
		}
		return a.examine(cmd.Context(), &patient{settings: s, mountpoint: args}, asJSON)
	}
	return cmd
}

// examine runs all checks and prints what they found.
func (a *app) examine(ctx context.Context, p *patient, asJSON bool) error {
	busy := time.AfterFunc(quietFor, func() { a.note("waiting for Zoho …") })
	found := p.findings(ctx)
	busy.Stop()
	bad := 0
	for _, f := range found {
		if f.Severity == failed {
			bad++
		}
	}
	if asJSON {
		if err := a.printJSON(found); err != nil {
			return err
		}
	} else {
		for _, f := range found {
			a.print("%-8s %s: %s", f.Severity, f.Check, f.Text)
			if f.Remedy != "" {
				a.print("%-8s to do: %s", "", f.Remedy)
			}
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d checks failed", bad, len(found))
	}
	return nil
}
