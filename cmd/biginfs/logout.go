package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

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
		Args: exactly(0, ""),
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
	delete(all.Profiles, s.Profile)
	if err := settings.WriteLogins(file, all); err != nil {
		return err
	}
	if err := forget(ctx, s); err != nil {
		return fmt.Errorf("logout: disconnected, but not all that was kept is gone; remove it by hand: %w", err)
	}
	a.print("Disconnected: profile %s", s.Profile)
	return nil
}

// forget removes all that mounts of the profile kept: the access token, the
// indexes, and the photos on disk.
func forget(ctx context.Context, s *settings.Settings) error {
	errs := removeKept(s.TokenFile())
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

// removeKept removes a file, and the incomplete copies beside it that killed
// processes left.
func removeKept(file string) []error {
	errs := []error{os.Remove(file)}
	beside, err := os.ReadDir(filepath.Dir(file))
	for _, e := range beside {
		if strings.HasPrefix(e.Name(), "."+filepath.Base(file)) { // as renameio names them
			errs = append(errs, os.Remove(filepath.Join(filepath.Dir(file), e.Name())))
		}
	}
	return append(errs, err)
}
