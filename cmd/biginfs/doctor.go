package main

import (
	"context"
	"fmt"
	"time"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
)

// severity says how bad a finding is.
type severity string

const (
	good    severity = "ok"
	warning severity = "warning"
	failed  severity = "failed"
)

// finding is the result of one check.
type finding struct {
	Check    string   `json:"check"`
	Severity severity `json:"severity"`
	Text     string   `json:"text"`
	Remedy   string   `json:"remedy,omitempty"`
}

// quietFor is how long doctor works before it says what it is waiting for.
const quietFor = 2 * time.Second

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	var api apiCheck
	cmd := &cobra.Command{
		Use:   "doctor [flags] [MOUNTPOINT]",
		Short: "Check what a mount needs, and say what to do",
		Long: `Check what a mount needs: FUSE, the config and its permissions, the clock, the
login, and each module of the account, which costs one call each. With a
MOUNTPOINT, check that mount too. Each finding comes with what to do.

With --api, find out what Zoho's pages leave open about the account instead, in
at most 25 calls, and say whether biginfs works with it, and with which limits.
Nothing is changed in the account. --report writes the findings to a file that
can be attached to a bug report: it has no name, id, token or photo in it.

The exit status is 1 when something failed.`,
		Example: `  biginfs doctor
  biginfs doctor --profile work --json
  biginfs doctor ~/Bigin
  biginfs doctor --api --report biginfs-api.json
  biginfs doctor --api --watch-upload Contacts/2034020000000489033`,
		Args: settings.AtMost(1),
	}
	flags := settings.AddFlags(cmd, settings.ForDoctor)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	cmd.Flags().BoolVar(&api.wanted, "api", false, "ask how the account's API answers, in at most 25 calls")
	cmd.Flags().BoolVarP(&api.yes, "yes", "y", false, "with --api: do not ask whether to go on")
	cmd.Flags().StringVar(&api.report, "report", "", "with --api: write what was found out to this `FILE`")
	cmd.Flags().StringVar(&api.watch, "watch-upload", "", "with --api: see what replacing the photo of this `MODULE/ID` changes")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := flags.Resolve(nil)
		if err == nil {
			err = api.check(args)
		}
		if err != nil {
			return err
		}
		if api.wanted {
			return a.examineAPI(cmd.Context(), s, &api, asJSON)
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
		a.printFindings(found)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d checks failed", bad, len(found))
	}
	return nil
}

func (a *app) printFindings(found []finding) {
	for _, f := range found {
		a.print("%-8s %s: %s", f.Severity, f.Check, f.Text)
		if f.Remedy != "" {
			a.print("%-8s to do: %s", "", f.Remedy)
		}
	}
}
