package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func (a *app) catCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cat [flags] MODULE/ID",
		Short: "Write the photo of a record to standard output, without a mount",
		Long: `Write the photo of a record to standard output, which must not be a terminal.
The path may also end with /photo.jpg, as it does on a mount.`,
		Example: `  biginfs cat Contacts/2034020000000489033 >photo.jpg`,
		Args:    settings.Exactly(1, "MODULE/ID of a record; biginfs ls MODULE lists the ids"),
	}
	flags := settings.AddFlags(cmd, settings.ForRead)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		m, id, err := parseRecordPath(args[0])
		if err != nil {
			return err
		}
		if term.IsTerminal(int(a.out.Fd())) {
			return settings.Misuse("a photo is not for a terminal; write it to a file: biginfs cat %s/%s >photo.jpg", m, id)
		}
		s, err := flags.Resolve(nil)
		if err != nil {
			return err
		}
		return a.read(cmd.Context(), s, func(ctx context.Context, acc *account) error {
			return a.copyPhoto(ctx, acc, m, id, s.Timeout)
		})
	}
	return cmd
}

// copyPhoto writes a photo once all of it is there, so that nobody mistakes half a
// photo for a whole one.
func (a *app) copyPhoto(ctx context.Context, acc *account, m bigin.Module, id bigin.RecordID, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	photo, release, err := acc.memory.Photo(ctx, m, id, nil)
	if err != nil {
		return fmt.Errorf("%s/%s: %w", m, id, err)
	}
	defer release()
	b, err := photo.Bytes(ctx, 0, int(photo.Size()))
	if err != nil {
		return fmt.Errorf("%s/%s: %w", m, id, err)
	}
	if _, err := a.out.Write(b); err != nil {
		return fmt.Errorf("write the photo: %w", err)
	}
	return nil
}

// parseRecordPath returns the record of a path such as Contacts/123, or the
// same with /photo.jpg.
func parseRecordPath(path string) (bigin.Module, bigin.RecordID, error) {
	module, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	m, err := parseModule(module)
	if err != nil {
		return "", 0, err
	}
	id, err := bigin.ParseRecordID(strings.TrimSuffix(rest, "/photo.jpg"))
	if err != nil {
		return "", 0, settings.Misuse("%q names no record; write it like %s/2034020000000489033, an id that biginfs ls %s lists", path, m, m)
	}
	return m, id, nil
}
