package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

func (a *app) refreshCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "refresh [flags] MOUNTPOINT",
		Short: "Bring a mount up to date now, and show what changed",
		Long: `Ask Bigin now what changed in the modules that were listed, without waiting for
--attr-ttl, and look again for what did not exist. It costs about two calls a
module, and shows which records were added, changed or removed.

SIGHUP does the same to a mount that has no terminal.`,
		Example: `  biginfs refresh ~/Bigin
  biginfs refresh --json ~/Bigin`,
		Args: settings.Exactly(1, "the MOUNTPOINT"),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, err := askRefresh(args[0])
		if err != nil {
			return err
		}
		if asJSON {
			err = a.printJSON(r)
		} else {
			a.showRefresh(r)
		}
		if err == nil && r.Error != "" {
			err = errors.New(r.Error)
		}
		return err
	}
	return cmd
}

// askRefresh has the mount at dir renew what it knows.
func askRefresh(dir string) (*refreshReport, error) {
	if _, _, err := readReport(dir); err != nil { // it says best what is wrong with the place
		return nil, err
	}
	text := make([]byte, maxReport)
	n, err := unix.Getxattr(dir, fs.RefreshAttr, text)
	switch {
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("refresh %s: only root and the user who mounted it may", dir)
	case errors.Is(err, syscall.EOPNOTSUPP):
		return nil, fmt.Errorf("refresh %s: it is mounted by an older biginfs; unmount it and mount it again", dir)
	case err != nil:
		return nil, fmt.Errorf("refresh %s: %w", dir, err)
	}
	var r refreshReport
	if err := json.Unmarshal(text[:n], &r); err != nil {
		return nil, fmt.Errorf("refresh %s: %w", dir, err)
	}
	return &r, nil
}

// showRefresh prints what changed.
func (a *app) showRefresh(r *refreshReport) {
	for _, m := range r.Modules {
		switch {
		case !m.Renewed:
			a.print("%s: not listed before, so there is nothing to renew", m.Module)
			continue
		case m.Added.Count+m.Changed.Count+m.Removed.Count == 0:
			a.print("%s: nothing changed", m.Module)
			continue
		}
		a.print("%s: %d added, %d changed, %d removed", m.Module, m.Added.Count, m.Changed.Count, m.Removed.Count)
		for _, s := range []struct {
			what string
			ids
		}{{"added", m.Added}, {"changed", m.Changed}, {"removed", m.Removed}} {
			if s.Count == 0 {
				continue
			}
			more := ""
			if s.Count > len(s.First) {
				more = " …"
			}
			a.print("  %-8s %s%s", s.what, strings.Join(s.First, " "), more)
		}
	}
}
