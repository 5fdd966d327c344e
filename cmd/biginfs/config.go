package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config [flags]",
		Short: "Show every setting and where it comes from",
		Long: `Show the value of every setting of mount, and whether it comes from a flag, a
variable, the config file or the default. Secrets are not shown.

The config file is TOML: keys such as attr_ttl = "5m" at the top, and below
[profiles.NAME] those of one profile.`,
		Example: `  biginfs config
  biginfs config --profile work
  BIGINFS_ATTR_TTL=5m biginfs config`,
		Args: settings.Exactly(0, ""),
	}
	flags := settings.AddFlags(cmd, settings.ForMount)
	cmd.RunE = func(*cobra.Command, []string) error {
		s, err := flags.Resolve(nil)
		if err != nil {
			return err
		}
		return a.showConfig(s)
	}
	return cmd
}

func (a *app) showConfig(s *settings.Settings) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { tableRow(w, cells...) }
	row("SETTING", "VALUE", "FROM")
	c, from, err := s.Credentials()
	for _, each := range s.Chosen {
		text, source := each.Text, each.Source
		if text == "" && err == nil {
			text, source = implied(each.Name, c.AccountsURL), from
		}
		if text == "" {
			text, source = "-", each.Source
		}
		row(each.Name, text, source)
	}
	row("state directory", s.State, "-")
	if err != nil {
		row("credentials", "-", err.Error())
	} else {
		row("credentials", "(hidden)", from)
	}
	if e := w.Flush(); e != nil {
		return fmt.Errorf("print the settings: %w", e)
	}
	if errors.Is(err, settings.ErrExposed) {
		return err
	}
	return nil
}

// implied is the value that the credentials imply for a setting nobody chose.
func implied(name, accountsURL string) string {
	dc, known := bigin.DataCenterOfAccounts(accountsURL)
	switch {
	case name == "accounts-url":
		return accountsURL
	case name == "data-center" && known:
		return dc.Name
	}
	return ""
}
