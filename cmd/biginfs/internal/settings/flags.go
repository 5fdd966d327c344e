package settings

import (
	"strings"

	"github.com/biginfs/biginfs/bigin"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Flags are the settings that a command takes as flags.
type Flags struct {
	by    Use
	given map[string]string // by name
}

// groupKey annotates a flag with the title of its group in the help.
const groupKey = "biginfs_group"

// AddFlags adds the flags of a command.
func AddFlags(cmd *cobra.Command, by Use) *Flags {
	given := map[string]string{}
	cmd.Flags().SortFlags = false // the table has an order
	for _, g := range groups() {
		for _, s := range g.rows {
			if s.by&by == 0 {
				continue
			}
			f := cmd.Flags().VarPF(&flagValue{s, given}, s.name, "", s.help)
			switch {
			case s.value == "":
				f.NoOptDefVal = "true"
			case strings.Contains(s.help, "(default: "): // it depends on who asks
				f.DefValue = ""
			}
			PutInGroup(cmd, s.name, g.title)
			if choices := choicesOf(s.name); choices != nil {
				_ = cmd.RegisterFlagCompletionFunc(s.name, cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
			}
		}
	}
	return &Flags{by, given}
}

// PutInGroup puts a flag of a command under a title of the help.
func PutInGroup(cmd *cobra.Command, flag, title string) {
	_ = cmd.Flags().SetAnnotation(flag, groupKey, []string{title})
}

// FlagGroup is a part of the flags of a command.
type FlagGroup struct {
	Title string // "": those that belong nowhere else
	Flags *pflag.FlagSet
}

// FlagGroups returns the flags of a command that its help shows, as the table
// groups them.
func FlagGroups(cmd *cobra.Command) []FlagGroup {
	byTitle := map[string]*pflag.FlagSet{}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		title := strings.Join(f.Annotations[groupKey], "")
		if byTitle[title] == nil {
			byTitle[title] = pflag.NewFlagSet(title, pflag.ContinueOnError)
			byTitle[title].SortFlags = false
		}
		byTitle[title].AddFlag(f)
	})
	var found []FlagGroup
	for _, g := range append(groups(), group{}) {
		if flags := byTitle[g.title]; flags != nil && flags.HasAvailableFlags() {
			found = append(found, FlagGroup{g.title, flags})
		}
	}
	return found
}

// Resolve returns the settings of the command, once its command line is parsed; o
// is what -o says, and may be nil. Mistakes are UsageErrors.
func (f *Flags) Resolve(o *MountOptions) (*Settings, error) { return Resolve(f.by, f.given, o) }

// choicesOf are what a shell can complete.
func choicesOf(name string) []string {
	switch name {
	case "data-center":
		return bigin.DataCenterNames()
	case "log-level":
		return []string{"debug", "info", "warn", "error"}
	case "by-name":
		return byNames
	case "log-format":
		return []string{"text", "json"}
	}
	return nil
}

// flagValue notes what was given for a setting. It is checked once everything that
// may set it has been read.
type flagValue struct {
	setting
	given map[string]string
}

func (f *flagValue) Set(text string) error {
	f.given[f.name] = text
	return nil
}

func (f *flagValue) String() string {
	if text, ok := f.given[f.name]; ok {
		return text
	}
	return f.def
}

// Type is what pflag shows for the value in the help.
func (f *flagValue) Type() string {
	if f.value == "" {
		return "bool"
	}
	return f.value
}
