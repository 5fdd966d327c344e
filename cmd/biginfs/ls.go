package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
)

// lsFlags are the flags of ls that are not settings.
type lsFlags struct{ names, asJSON bool }

func (a *app) lsCommand() *cobra.Command {
	var f lsFlags
	cmd := &cobra.Command{
		Use:   "ls [flags] [MODULE]",
		Short: "List the records of a module, without a mount",
		Long: `List the ids of the records of a module, or the modules. It needs no mount, so
it works on machines and in containers where nothing can be mounted. It keeps
and uses the same index as a mount: listing again costs about two calls.`,
		Example: `  biginfs ls
  biginfs ls Contacts
  biginfs ls --names Contacts
  biginfs ls --json Products | jq 'select(.photo).id'`,
		Args: settings.AtMost(1),
	}
	flags := settings.AddFlags(cmd, settings.ForRead)
	cmd.Flags().BoolVar(&f.names, "names", false, "show the names of the records, and which have a photo")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print a line of JSON for each record, for scripts")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			for _, m := range bigin.Modules() {
				a.print("%s", m)
			}
			return nil
		}
		m, err := parseModule(args[0])
		if err != nil {
			return err
		}
		s, err := flags.Resolve(nil)
		if err != nil {
			return err
		}
		return a.read(cmd.Context(), s, func(ctx context.Context, acc *account) error {
			return a.list(ctx, acc, m, s.Timeout, f)
		})
	}
	return cmd
}

// read opens the account of the settings without a mount. What goes wrong is the
// error of the command, so there is no log.
func (a *app) read(ctx context.Context, s *settings.Settings, use func(context.Context, *account) error) error {
	if _, _, err := s.Credentials(); err != nil {
		return err
	}
	d := &drive{settings: s, log: slog.New(slog.DiscardHandler), tokens: tokensOf(s)}
	later := func(context.Context, *bigin.TokenSource) error { return nil }
	err := d.open(ctx, later, func(acc *account) error { return use(ctx, acc) })
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return d.advise(err)
}

// list prints the records of a module as they come.
func (a *app) list(ctx context.Context, acc *account, m bigin.Module, timeout time.Duration, f lsFlags) error {
	out := bufio.NewWriter(a.out)
	listing := acc.memory.Listing(m)
	for last := bigin.RecordID(0); ; {
		r, ok, err := nextRecord(ctx, listing, last, timeout)
		if err == nil && ok {
			err = writeRecord(out, r, f)
		}
		if err == nil && ok {
			last = r.ID
			continue
		}
		if e := out.Flush(); err == nil {
			err = e
		}
		if err != nil {
			return fmt.Errorf("list %s: %w", m, err)
		}
		return nil
	}
}

// nextRecord waits no longer for a record than an operation on a mount does.
func nextRecord(ctx context.Context, l interface {
	After(context.Context, bigin.RecordID) (bigin.Record, bool, error)
}, last bigin.RecordID, timeout time.Duration) (bigin.Record, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return l.After(ctx, last)
}

// recordLine is a record as ls --json prints it, so names are never reused.
type recordLine struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Modified time.Time `json:"modified,omitzero"`
	Photo    bool      `json:"photo"`
}

func writeRecord(out *bufio.Writer, r bigin.Record, f lsFlags) error {
	line := r.ID.String()
	switch {
	case f.asJSON:
		text, err := json.Marshal(recordLine{r.ID.String(), r.Name, r.Modified, r.HasPhoto()})
		if err != nil {
			return err
		}
		line = visible(string(text))
	case f.names:
		photo := "-"
		if r.HasPhoto() {
			photo = "photo"
		}
		line = printable("%s  %-5s  %s", line, photo, r.Name)
	}
	_, err := out.WriteString(line + "\n")
	return err
}

// parseModule returns the module of that name.
func parseModule(name string) (bigin.Module, error) {
	m, err := bigin.ParseModule(name)
	if err == nil {
		return m, nil
	}
	var names []string
	for _, m := range bigin.Modules() {
		names = append(names, string(m))
	}
	return "", settings.Misuse("there is no module %q: %s", name, settings.DidYouMean(name, names, "biginfs ls lists them"))
}
