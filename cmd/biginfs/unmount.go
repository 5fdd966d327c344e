package main

import (
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
	"github.com/spf13/cobra"
)

func (a *app) unmountCommand() *cobra.Command {
	return &cobra.Command{
		Use:                   "unmount MOUNTPOINT",
		DisableFlagsInUseLine: true,
		Short:                 "End a mount",
		Long: `Unmount an account, even if its biginfs has died or programs still use it. In
that case it disappears at once, and they keep what they have open.`,
		Example: `  biginfs unmount ~/Bigin`,
		Args:    settings.Exactly(1, "the MOUNTPOINT"),
		RunE: func(_ *cobra.Command, args []string) error {
			return fs.Unmount(args[0])
		},
	}
}
