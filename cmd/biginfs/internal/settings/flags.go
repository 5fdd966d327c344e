package settings

import (
	"strings"

	"github.com/spf13/cobra"
)

// Flags are the settings that a command takes as flags.
type Flags struct {
	by    Use
	given map[string]string // by name
}

// AddFlags adds the flags of a command.
func AddFlags(cmd *cobra.Command, by Use) *Flags {
	given := map[string]string{}
	cmd.Flags().SortFlags = false // the table has an order
	for _, s := range allSettings() {
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
		if choices := choicesOf(s.name); choices != nil {
			_ = cmd.RegisterFlagCompletionFunc(s.name, cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	return &Flags{by, given}
}

// Resolve returns the settings of the command, once its line was read; o is
// what -o says, and may be nil. Mistakes are UsageErrors.
func (f *Flags) Resolve(o *MountOptions) (*Settings, error) { return Resolve(f.by, f.given, o) }

// choicesOf are what a shell can complete.
func choicesOf(name string) []string {
	switch name {
	case "data-center":
		return dataCenterNames()
	case "log-level":
		return []string{"debug", "info", "warn", "error"}
	case "log-format":
		return []string{"text", "json"}
	}
	return nil
}

// flagValue notes what was given for a setting. It is checked when all places
// that can say something have been asked.
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
