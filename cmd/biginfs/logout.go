package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/biginfs/biginfs/bigin"
)

func (a *app) logoutCommand() *cobra.Command {
	var local bool
	cmd := &cobra.Command{
		Use:   "logout [flags]",
		Short: "Disconnect an account",
		Long: `Have Zoho revoke what login got, and forget it. A mount that runs stays, and
gives no more access to what is not in its memory.`,
		Example: `  biginfs logout
  biginfs logout --profile work`,
		Args: exactly(0, ""),
	}
	flags := addSettings(cmd, byLogout)
	cmd.Flags().BoolVar(&local, "local", false, "only forget, and leave the grant alive at Zoho")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := resolve(byLogout, flags(), nil)
		if err != nil {
			return err
		}
		return a.logout(cmd.Context(), s, local)
	}
	return cmd
}

// logout revokes first: what cannot be revoked is better not forgotten.
func (a *app) logout(ctx context.Context, s *settings, local bool) error {
	file := s.credentialsFile()
	all, err := readLogins(file)
	if err != nil {
		return err
	}
	l, ok := all.Profiles[s.profile]
	if !ok {
		return s.notLoggedIn(all)
	}
	if !local {
		err := bigin.Revoke(ctx, nil, l.AccountsURL, l.RefreshToken)
		if err != nil && !errors.Is(err, bigin.ErrRefused) { // refused: it was revoked before
			return fmt.Errorf("logout: %w; nothing was forgotten: try again, or only forget it with --local", err)
		}
	}
	delete(all.Profiles, s.profile)
	if err := writeLogins(file, all); err != nil {
		return err
	}
	if err := os.Remove(s.tokenFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("logout: %w", err)
	}
	a.print("Disconnected: profile %s", s.profile)
	return nil
}
