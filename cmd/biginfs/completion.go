package main

import (
	"fmt"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
)

// completionInstall says how to install completions in each shell.
var completionInstall = map[string]string{
	"bash": `Now, in this shell (the package bash-completion must be installed):
  source <(biginfs completion bash)
In every new one:
  biginfs completion bash >/etc/bash_completion.d/biginfs`,
	"zsh": `Now, in this shell (after autoload -U compinit; compinit):
  source <(biginfs completion zsh)
In every new one:
  biginfs completion zsh >"${fpath[1]}/_biginfs"`,
	"fish": `Now, in this shell:
  biginfs completion fish | source
In every new one:
  biginfs completion fish >~/.config/fish/completions/biginfs.fish`,
	"powershell": `Now, in this shell, and in every new one if it is in your profile:
  biginfs completion powershell | Out-String | Invoke-Expression`,
}

// addCompletion adds cobra's commands that print completions, with a help that
// is like the others.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		cmd.Short = "Print completions for a shell"
		cmd.Long = "Print what a shell needs to complete the commands and flags of biginfs."
		cmd.Example = "  source <(biginfs completion bash)"
		cmd.Args, cmd.RunE = unknownCommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		for _, shell := range cmd.Commands() {
			name := shell.Name()
			shell.Short = "Print completions for " + name
			shell.Long = fmt.Sprintf("Print what %s needs to complete the commands and flags of biginfs.\n\n%s", name, completionInstall[name])
			shell.Example, shell.Args = "  biginfs completion "+name, settings.Exactly(0, "")
		}
	}
}
