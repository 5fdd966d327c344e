package main

import (
	"errors"
	"strings"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// rootCommand returns the whole tree of commands.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "biginfs",
		Short: "Mount the photos of a Zoho Bigin account as files",
		Long: `Biginfs mounts the photos of a Zoho Bigin account as files. There is a directory
for each of Contacts, Accounts and Products (Companies is another name for
Accounts), in it one for each record, and in that photo.jpg if the record has a
photo. In by-name the same photos have the names of their records.`,
		Example: `  biginfs demo                try it without an account
  biginfs login               connect an account, once
  biginfs mount ~/Bigin       mount it; Ctrl-C ends it`,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Version:       versionText(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetVersionTemplate("biginfs {{.Version}}\n")
	cobra.AddTemplateFunc("groupedFlags", groupedFlags)
	root.SetUsageTemplate(usageTemplate)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.AddCommand(
		a.mountCommand(), a.demoCommand(), a.unmountCommand(),
		a.loginCommand(), a.logoutCommand(), a.configCommand(), a.lsCommand(), a.catCommand(), a.statusCommand(), a.refreshCommand(), a.doctorCommand(),
		a.versionCommand(), a.manCommand(),
	)
	root.SetHelpCommand(a.helpCommand(root))
	addCompletion(root)
	return root
}

// unknownCommand refuses arguments where a command is expected.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return settings.Misuse("unknown command %q: %s", args[0], settings.DidYouMean(args[0], names, cmd.CommandPath()+" --help lists them all"))
}

// flagError says what is wrong with a flag, and what would be right.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var lacking *pflag.ValueRequiredError
	help := cmd.CommandPath() + " --help lists them all"
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &lacking):
		return settings.Misuse("%s needs a value: see %s --help", dashed(lacking.GetSpecifiedName()), cmd.CommandPath())
	case !errors.As(err, &unknown):
		return settings.Misuse("%v", err)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	name := dashed(unknown.GetSpecifiedName())
	if len(name) == 2 {
		return settings.Misuse("unknown flag %s: %s", name, help)
	}
	return settings.Misuse("unknown flag %s: %s", name, settings.DidYouMean(name, names, help))
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + strings.TrimLeft(name, "-")
}
