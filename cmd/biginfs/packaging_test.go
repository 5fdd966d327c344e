package main

import (
	"os"
	"strings"
	"testing"
)

// The package that is tried is the one that is released: goreleaser cannot read
// a file of nfpm's.
func TestPackagingAgrees(t *testing.T) {
	const from, to = "a test compares them.\n", "\nchecksum:"
	shared := func(name, indent string) string {
		text, err := os.ReadFile("packaging/" + name)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, ok := strings.Cut(string(text), from)
		if !ok {
			t.Fatalf("%s does not say what is compared", name)
		}
		rest, _, _ = strings.Cut(rest, to)
		return strings.TrimSpace(strings.ReplaceAll("\n"+rest, "\n"+indent, "\n"))
	}
	nfpm, goreleaser := shared("nfpm.yaml", ""), shared("goreleaser.yaml", "    ")
	goreleaser = strings.Replace(goreleaser, "\ndependencies:", "\ndepends:", 1)
	if nfpm != goreleaser {
		t.Errorf("nfpm.yaml says\n%s\n\nand goreleaser.yaml\n%s", nfpm, goreleaser)
	}
}
