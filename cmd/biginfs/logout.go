package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
)

func (a *app) logoutCommand() *cobra.Command {
	var local bool
	cmd := &cobra.Command{
		Use:   "logout [flags]",
		Short: "Disconnect an account",
		Long: `Have Zoho revoke what login obtained, and forget it, along with the photos that
mounts of the profile kept with --cache-dir. A running mount stays, but serves
only what is in its memory.`,
		Example: `  biginfs logout
  biginfs logout --profile work`,
		Args: settings.Exactly(0, ""),
	}
	flags := settings.AddFlags(cmd, settings.ForLogout)
	cmd.Flags().BoolVar(&local, "local", false, "only forget, and leave the grant alive at Zoho")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := flags.Resolve(nil)
		if err != nil {
			return err
		}
		return a.logout(cmd.Context(), s, local)
	}
	return cmd
}

// logout revokes first, as a grant that cannot be revoked had better not be
// forgotten.
func (a *app) logout(ctx context.Context, s *settings.Settings, local bool) error {
	file := s.CredentialsFile()
	all, err := settings.ReadLogins(file)
	if err != nil {
		return err
	}
	l, ok := all.Profiles[s.Profile]
	if !ok {
		return s.NotLoggedIn(all)
	}
	if !local {
		err := bigin.Revoke(ctx, nil, l.AccountsURL, l.RefreshToken)
		if err != nil && !errors.Is(err, bigin.ErrRefused) { // refused: it was revoked before
			return fmt.Errorf("logout: %w; nothing was forgotten: try again, or only forget it with --local", err)
		}
	}
	err = settings.ChangeLogins(file, func(profiles map[string]settings.Login) { delete(profiles, s.Profile) })
	if err != nil {
		return err
	}
	if err := forget(ctx, s); err != nil {
		return fmt.Errorf("logout: disconnected, but not all that was kept is gone; remove it by hand: %w", err)
	}
	a.print("Disconnected: profile %s", s.Profile)
	return nil
}

// forget removes all that mounts of the profile kept: the access token, the
// indexes, and the photos on disk; and what a login that was killed left of any
// profile.
func forget(ctx context.Context, s *settings.Settings) error {
	errs := removeIncomplete(s.CredentialsFile())
	errs = append(errs, removeKept(s.TokenFile())...)
	for _, m := range bigin.Modules() {
		errs = append(errs, removeKept(cache.IndexFile(s.IndexPath(), m))...)
	}
	for i, err := range errs {
		if errors.Is(err, os.ErrNotExist) {
			errs[i] = nil
		}
	}
	return errors.Join(append(errs, removeCachedPhotos(ctx, s.CacheDirsFile()))...)
}

// removeKept removes a file and its incomplete copies.
func removeKept(file string) []error {
	return append(removeIncomplete(file), os.Remove(file))
}

// removeIncomplete removes the incomplete copies of a file that killed processes
// left beside it, or beside what it links to.
func removeIncomplete(file string) []error {
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	}
	halves, err := cache.HalfWritten(file)
	errs := []error{err}
	for _, half := range halves {
		errs = append(errs, os.Remove(half))
	}
	return errs
}
