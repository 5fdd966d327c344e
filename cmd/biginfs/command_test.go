package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Every command that people see has an example and ends with the exit status,
// in its help and in its man page.
func TestEveryHelp(t *testing.T) {
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			var help bytes.Buffer
			cmd.SetOut(&help)
			if err := cmd.Help(); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(help.String(), "\nEXAMPLES\n  ") {
				t.Error("no example")
			}
			if !strings.HasSuffix(help.String(), "\nEXIT STATUS\n"+exitStatus+"\n") {
				t.Error("no exit status at the end")
			}
			for line := range strings.Lines(help.String()) {
				if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > 80 {
					t.Errorf("wider than 80 columns: %s", line)
				}
			}
			for _, odd := range []string{"default default", "BOOL:"} {
				if strings.Contains(help.String(), odd) {
					t.Errorf("it says %q", odd)
				}
			}
			for line := range strings.Lines(string(manPage(cmd, 1, seeAlso(cmd)))) {
				line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), `\-`, "-")
				if strings.HasPrefix(line, "  ") && len(line) > 78 {
					t.Errorf("wider than 80 columns in the man page: %s", line)
				}
				if strings.ContainsFunc(line, func(r rune) bool { return r > unicode.MaxASCII }) {
					t.Errorf("not ASCII in the man page: %s", line)
				}
			}
			for _, section := range []string{".SH NAME", ".SH EXAMPLES", ".SH EXIT STATUS"} {
				if !strings.Contains(string(manPage(cmd, 1, seeAlso(cmd))), "\n"+section+"\n") {
					t.Errorf("no %s in the man page", section)
				}
			}
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk((&app{}).rootCommand())
}

// No secret is a flag, as arguments can be read by all.
func TestNoSecretIsAnArgument(t *testing.T) {
	root := (&app{}).rootCommand()
	for _, c := range root.Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if strings.Contains(f.Name, "secret") || strings.Contains(f.Name, "token") || strings.Contains(f.Name, "client-id") {
				t.Errorf("%s takes --%s: secrets must not be arguments", c.Name(), f.Name)
			}
		})
	}
}
