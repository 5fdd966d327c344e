package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// check says whether what a program made of the photos is right: what it printed, and what is in the directory it was given.
type check func(a *account, said []byte, out string) (string, error)

// copies are right when they are all the photos, each once, byte for byte.
func copies(a *account, _ []byte, out string) (string, error) {
	seen := map[[sha256.Size]byte]bool{}
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		if !a.sums[sum] || seen[sum] {
			return fmt.Errorf("%s is no photo, or there twice", path)
		}
		seen[sum] = true
		return nil
	})
	if err == nil && len(seen) != len(a.sums) {
		err = fmt.Errorf("copied %d photos of %d", len(seen), len(a.sums))
	}
	return "yes", err
}

// sums are right when a line begins with each of the photos' SHA-256.
func sums(a *account, said []byte, _ string) (string, error) {
	seen := 0
	for line := range strings.Lines(string(said)) {
		var sum [sha256.Size]byte
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if _, err := hex.Decode(sum[:], []byte(word)); err != nil || !a.sums[sum] {
			return "", fmt.Errorf("%q is no photo's sum", word)
		}
		seen++
	}
	if seen != len(a.sums) {
		return "", fmt.Errorf("read %d photos of %d", seen, len(a.sums))
	}
	return "yes", nil
}

// lines is right when a text is on as many lines. No bytes of photos are to be compared.
func lines(text string, n int) check {
	return func(_ *account, said []byte, _ string) (string, error) {
		got := 0
		for line := range bytes.Lines(said) {
			if bytes.Contains(line, []byte(text)) {
				got++
			}
		}
		if got != n {
			return "", fmt.Errorf("%d lines with %q, want %d:\n%.600s", got, text, n, said)
		}
		return "names only", nil
	}
}

// links is right when the copy is of links, which lead nowhere from there.
func links(_ *account, _ []byte, out string) (string, error) {
	names, err := filepath.Glob(filepath.Join(out, "*", "*.jpg"))
	for _, name := range names {
		switch _, err := os.Stat(name); {
		case err == nil:
			return "", fmt.Errorf("%s is no link, or leads somewhere", name)
		case !os.IsNotExist(err):
			return "", err
		}
	}
	if err == nil && len(names) != photos {
		err = fmt.Errorf("%d links, want %d", len(names), photos)
	}
	return "**links**", err
}

// looked is for what shows pictures to a person.
func looked(*account, []byte, string) (string, error) { return "–", nil }

var number = regexp.MustCompile(`\d+[.:]\d+[\w.+:~-]*`)

// versionOf runs a command and returns the first version in what it prints.
func versionOf(ctx context.Context, command string) string {
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	out, _ := cmd.CombinedOutput() // some fail, and print it all the same
	return number.FindString(string(out))
}
