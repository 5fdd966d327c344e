package main

import (
	"context"
	"errors"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
	"github.com/spf13/cobra"
)

func (a *app) mountCommand() *cobra.Command {
	var lists []string
	cmd := &cobra.Command{
		Use:   "mount [flags] MOUNTPOINT",
		Short: "Mount an account",
		Long: `Mount the photos of a Bigin account at an empty directory, read-only, until
Ctrl-C, SIGTERM or biginfs unmount ends it.

The account is the one that biginfs login connected, or that of the variables
BIGINFS_CLIENT_ID, BIGINFS_CLIENT_SECRET and BIGINFS_REFRESH_TOKEN, which come
first unless --profile names a login. If Zoho cannot be reached, the account is
mounted anyway, and works as soon as Zoho can be reached.

The log goes to standard error, or to --log-file. With --background it goes to
~/.local/state/biginfs/PROFILE.log; biginfs status names the file.

Each flag can also be given as -o NAME=VALUE, as a variable (--attr-ttl is
BIGINFS_ATTR_TTL), or as a key of the config file (attr_ttl), at its top or for
one profile below [profiles.NAME]. A flag overrides -o, which overrides the
variable, which overrides the file. biginfs config shows what applies, and why.`,
		Example: `  biginfs mount ~/Bigin
  biginfs mount --background --profile work --attr-ttl 10m ~/Bigin
  biginfs mount -o allow_other,cache_size=1GiB /mnt/bigin`,
		Args: settings.Exactly(1, "the MOUNTPOINT: an empty directory"),
	}
	flags := settings.AddFlags(cmd, settings.ForMount)
	cmd.Flags().StringArrayVarP(&lists, "option", "o", nil, "the same settings as in fstab: `NAME=VALUE`,NAME,...")
	settings.PutInGroup(cmd, "option", "mount")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o, err := settings.ParseMountOptions(lists, false)
		if err != nil {
			return err
		}
		s, err := flags.Resolve(o)
		if err != nil {
			return err
		}
		return a.start(cmd.Context(), s, func(ctx context.Context) error {
			return a.mount(ctx, s, absolute(args[0]))
		})
	}
	return cmd
}

// mount mounts the account of the settings.
func (a *app) mount(ctx context.Context, s *settings.Settings, dir string) error {
	outliveReaders()
	if err := fs.Prepare(dir); err != nil {
		return err
	}
	_, from, err := s.Credentials()
	if err != nil {
		return err
	}
	log := newLog(a.log, s, dir)
	log.Debug("credentials found", "in", from)
	switch err := settings.PrivateDir(s.State); {
	case errors.Is(err, settings.ErrForeign):
		return err
	case err != nil:
		log.Warn("nothing can be kept from mount to mount", "error", err)
	}
	d := &drive{
		dir: dir, settings: s, log: log,
		mounted: func() error {
			if !s.Background {
				a.print("Mounted at %s; to end it, press Ctrl-C here or run: biginfs unmount %s", dir, settings.Quoted(dir))
			}
			return a.isReady()
		},
		tokens: tokensOf(s),
	}
	return d.run(ctx)
}

// tokensOf returns where the access tokens of a profile come from and are kept.
func tokensOf(s *settings.Settings) bigin.TokenOptions {
	return bigin.TokenOptions{
		APIURL: s.APIURL,
		File:   s.TokenFile(),
		Credentials: func() (bigin.Credentials, error) {
			c, _, err := s.Credentials()
			return c, err
		},
	}
}
