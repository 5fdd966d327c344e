package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
)

// helpWidth is how wide a help text is at most, in columns.
const helpWidth = 80

// helpCommand returns the command that explains commands.
func (a *app) helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:                   "help [COMMAND]",
		DisableFlagsInUseLine: true,
		Short:                 "Explain a command",
		Example:               `  biginfs help mount`,
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(root, args)
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// usageTemplate is what follows the description in every help text.
var usageTemplate = `USAGE
  {{if .Runnable}}{{.UseLine}}{{else}}{{.CommandPath}} COMMAND{{end}}
{{if .HasExample}}
EXAMPLES
{{.Example}}
{{end}}{{if .HasAvailableSubCommands}}
COMMANDS
{{range .Commands}}{{if .IsAvailableCommand}}  {{rpad .Name .NamePadding}}  {{.Short}}
{{end}}{{end}}{{end}}{{groupedFlags .}}
EXIT STATUS
` + exitStatus + `
`

// groupedFlags explains the flags of a command, group by group.
func groupedFlags(cmd *cobra.Command) string {
	var b strings.Builder
	groups := settings.FlagGroups(cmd)
	for _, g := range groups {
		title := strings.ToUpper(g.Title)
		switch {
		case title != "":
			title += " FLAGS"
		case len(groups) > 1:
			title = "OTHER FLAGS"
		}
		fmt.Fprintf(&b, "\n%s\n%s", cmp.Or(title, "FLAGS"), g.Flags.FlagUsagesWrapped(helpWidth))
	}
	return b.String()
}
