package disk

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// damaged keeps one photo, does something to its file, and sees that it is a
// miss, is counted, and is removed, and that all goes on.
func damaged(t *testing.T, p *opened, what string, do func(path string) error) {
	t.Helper()
	p.keep(t, 200, 1)
	before := p.Stats().Damaged
	if err := do(p.path(1)); err != nil {
		t.Fatal(err)
	}
	if p.has(t, 1) {
		t.Fatalf("%s: there is a photo", what)
	}
	if n := p.Stats().Damaged - before; n != 1 {
		t.Fatalf("%s: %d are counted as damaged", what, n)
	}
	if _, err := os.Lstat(p.path(1)); !os.IsNotExist(err) {
		t.Fatalf("%s: it is still there: %v", what, err)
	}
}

func TestDamage(t *testing.T) {
	p := open(t, place(t), 10e6)
	p.keep(t, 200, 1, 257)
	whole, err := os.ReadFile(p.path(1))
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		damaged(t, p, fmt.Sprintf("byte %d flipped", i), func(path string) error {
			text := append([]byte(nil), whole...)
			text[i] ^= 1 << (i % 8)
			return os.WriteFile(path, text, 0o600)
		})
		damaged(t, p, fmt.Sprintf("cut to %d bytes", i), func(path string) error { return os.Truncate(path, int64(i)) })
	}
	damaged(t, p, "a byte more", func(path string) error { return os.Truncate(path, int64(len(whole)+1)) })
	damaged(t, p, "enormous", func(path string) error { return os.Truncate(path, 1<<40) })
	damaged(t, p, "that of another record", func(path string) error {
		text, err := os.ReadFile(p.path(257))
		if err != nil {
			return err
		}
		return os.WriteFile(path, text, 0o600)
	})
	damaged(t, p, "a directory", func(path string) error {
		if err := os.Remove(path); err != nil {
			return err
		}
		return os.Mkdir(path, 0o700)
	})
	p.keep(t, 200, 1)
	if !p.has(t, 1) || !p.has(t, 257) {
		t.Error("it does not go on")
	}
	p.Close()
	if lines := p.lines(); len(lines) != 1 || !strings.Contains(lines[0], "level=WARN") {
		t.Errorf("%d lines are logged, want one: %q", len(lines), lines[:min(3, len(lines))])
	}
}

// A file of another account is not that account's by being put there.
func TestFileOfAnotherAccount(t *testing.T) {
	dir := place(t)
	p, other := open(t, dir, 10e6), openFor(t, dir, 10e6, "somebody else")
	p.keep(t, 200, 1)
	other.keep(t, 300, 1)
	if err := os.Rename(p.path(1), other.path(1)); err != nil {
		t.Fatal(err)
	}
	if other.has(t, 1) {
		t.Error("it has the photo of another account")
	}
}

// The ledger is a hint, whatever stands in it.
func TestDamagedLedger(t *testing.T) {
	for what, text := range map[string]string{
		"empty": "", "garbage": "\x00\xff{}", "unknown": "-1 bytes, 0 photos\n", "too much": "99999999999 bytes, 3 photos\n",
		"negative": "4096 bytes, -7 photos\n", "overflowing": "99999999999999999999999999 bytes, 1 photos\n",
	} {
		t.Run(what, func(t *testing.T) {
			dir := place(t)
			p := open(t, dir, 10e6)
			p.keep(t, 1000, 1, 2, 3)
			err := locked(t.Context(), p.place.Load().all, func(l *ledger) error {
				if err := l.f.Truncate(0); err != nil {
					return err
				}
				_, err := l.f.WriteAt([]byte(text), 0)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			p.keep(t, 1000, 4)
			p.Close()
			for id := 1; id <= 4; id++ {
				if _, err := os.Stat(p.path(id)); err != nil {
					t.Error(err)
				}
			}
			if got := p.Stats().Photos; got != 4 {
				t.Errorf("%d photos are counted, want 4", got)
			}
		})
	}
}
