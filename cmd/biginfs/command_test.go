package main

import (
	"bytes"
	"strings"
	"testing"

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

// Each setting is a flag of the commands that use it, and no secret is one.
func TestTable(t *testing.T) {
	cmd := (&app{}).mountCommand()
	seen := map[string]bool{}
	for _, s := range allSettings() {
		if seen[s.name] {
			t.Errorf("%s stands there twice", s.name)
		}
		seen[s.name] = true
		if s.by&byMount != 0 && cmd.Flags().Lookup(s.name) == nil {
			t.Errorf("mount has no --%s", s.name)
		}
		if err := s.set(&settings{}, s.def); err != nil {
			t.Errorf("the default of %s: %v", s.name, err)
		}
	}
	root := (&app{}).rootCommand()
	for _, c := range root.Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if strings.Contains(f.Name, "secret") || strings.Contains(f.Name, "token") || strings.Contains(f.Name, "client-id") {
				t.Errorf("%s takes --%s: secrets must not be arguments", c.Name(), f.Name)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"500000": 500_000, "64MiB": 64 << 20, "1GB": 1e9, "1.5k": 1536, "2 gib": 2 << 30, "10B": 10, "3T": 3 << 40,
	} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MiB", "-1", "0", "1XB", "1e30", "NaN", "Inf", "1MiBs", "0x10"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"us", "eu", "attr_ttl", "negative_ttl", "cache_size", "mount", "unmount"}
	for typed, want := range map[string]string{
		"ue": "eu", "EU ": "eu", "atr-ttl": "attr_ttl", "cache": "cache_size", "mout": "mount", "umount": "mount", "frobnicate": "", "mars": "", "x": "",
	} {
		if got, _ := nearest(typed, names); got != want {
			t.Errorf("%q is near %q, want %q", typed, got, want)
		}
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{"/tmp/a-b": "/tmp/a-b", "my dir": "'my dir'", "it's": `'it'\''s'`, "": "''", "a;b": "'a;b'"} {
		if got := quoted(word); got != want {
			t.Errorf("%q is quoted %s, want %s", word, got, want)
		}
	}
}
