package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:                   "man DIRECTORY",
		DisableFlagsInUseLine: true,
		Short:                 "Write the man pages into a directory",
		Example:               `  biginfs man /usr/local/share/man/man1`,
		Hidden:                true,
		Args:                  settings.Exactly(1, "the DIRECTORY to write to"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := writeMan(cmd.Root(), args[0]); err != nil {
				return err
			}
			return writePage(helperManual(), 8, "biginfs\\-mount(1),\nfstab(5),\nmount(8)", args[0])
		},
	}
}

// writeMan writes a page for each command.
func writeMan(cmd *cobra.Command, dir string) error {
	cmd.InitDefaultHelpFlag()
	if err := writePage(cmd, 1, seeAlso(cmd), dir); err != nil {
		return err
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			if err := writeMan(c, dir); err != nil {
				return err
			}
		}
	}
	return nil
}

func writePage(cmd *cobra.Command, section int, also, dir string) error {
	name := fmt.Sprintf("%s.%d", pageName(cmd), section)
	if err := os.WriteFile(filepath.Join(dir, name), manPage(cmd, section, also), 0o644); err != nil {
		return fmt.Errorf("write a man page: %w", err)
	}
	return nil
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage returns the page of a command: its help, as man(7) wants it.
func manPage(cmd *cobra.Command, number int, also string) []byte {
	var b bytes.Buffer
	name := pageName(cmd)
	fmt.Fprintf(&b, ".TH %s %d \"\" \"biginfs\" \"biginfs\"\n", strings.ToUpper(name), number)
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(name), roff(lowerFirst(cmd.Short)))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(cmd.UseLine()))
	section := func(title, text string) {
		if text = strings.Trim(text, "\n"); text != "" {
			fmt.Fprintf(&b, ".SH %s\n", title)
			manText(&b, text)
		}
	}
	section("DESCRIPTION", cmd.Long)
	if flags := cmd.LocalFlags(); flags.HasAvailableFlags() {
		b.WriteString(".SH OPTIONS\n")
		flags.VisitAll(func(f *pflag.Flag) { manFlag(&b, f) })
	}
	section("EXAMPLES", cmd.Example)
	section("EXIT STATUS", exitStatus)
	if also != "" {
		fmt.Fprintf(&b, ".SH SEE ALSO\n%s\n", also)
	}
	return b.Bytes()
}

// manText writes prose as text to be filled, and indented lines as they are, moved
// to the left to keep them within 80 columns.
func manText(b *bytes.Buffer, text string) {
	asIs := false
	for line := range strings.SplitSeq(text, "\n") {
		indented := strings.HasPrefix(line, "  ")
		switch {
		case line == "" && !asIs:
			b.WriteString(".PP\n")
			continue
		case indented && !asIs:
			b.WriteString(".nf\n.in -5n\n")
		case !indented && line != "" && asIs:
			b.WriteString(".in\n.fi\n")
		}
		asIs = asIs && line == "" || indented
		b.WriteString(roff(line) + "\n")
	}
	if asIs {
		b.WriteString(".in\n.fi\n")
	}
}

func manFlag(b *bytes.Buffer, f *pflag.Flag) {
	if f.Hidden {
		return
	}
	value, text := pflag.UnquoteUsage(f)
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if value != "" {
		name += " " + value
	}
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
		text += " (default: " + f.DefValue + ")"
	}
	fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(name), roff(text))
}

func seeAlso(cmd *cobra.Command) string {
	var names []string
	if cmd.HasParent() {
		names = append(names, roff(pageName(cmd.Parent()))+"(1)")
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, roff(pageName(c))+"(1)")
		}
	}
	return strings.Join(names, ",\n")
}

// roff escapes a text so that troff finds no commands in it.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...").Replace(text)
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
