package settings

import "github.com/spf13/cobra"

// Exactly refuses any other number of arguments than n; what names them.
func Exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < n:
			return Misuse("%s needs %s: %s", cmd.Name(), what, cmd.UseLine())
		case len(args) > n:
			return Misuse("unexpected argument %q: %s", args[n], cmd.UseLine())
		}
		return nil
	}
}

// AtMost refuses more arguments than n.
func AtMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return Exactly(n, "")(cmd, args)
		}
		return nil
	}
}
