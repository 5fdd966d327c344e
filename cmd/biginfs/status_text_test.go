package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
	"github.com/biginfs/biginfs/fs"
)

const evil = "x\x1b[2J\u009b31m\u202e\ny"

// Nothing that a mount tells steers the terminal: its report can hold names of
// records, answers of servers, and what other users of the mount typed.
func TestStatusDoesNotSteer(t *testing.T) {
	r := &report{
		Profile: evil, API: evil, DataCenter: evil, Log: evil, Token: tokenReport{Status: evil, Error: evil, Remedy: evil},
		Calls: bigin.Stats{PausedUntil: time.Now().Add(time.Hour)},
		Cache: cache.Stats{Downloading: 1, Downloads: []cache.DownloadStats{{Photo: evil}}},
		Tiers: []cache.TierStats{{Name: evil, Problem: evil}},
		Failures: []explanation{{fs.Failure{Op: evil, Path: evil, Errno: evil, Error: evil, Times: 2}, evil + "2", evil},
			{fs.Failure{Op: evil, Path: evil, Errno: evil, Code: evil, Error: evil}, evil, evil}},
	}
	var b bytes.Buffer
	if err := r.write(&b); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && steers(r) }) || strings.Contains(text, "\ny") {
		t.Errorf("%q", text)
	}
}

// Nor does what the app says in any other way.
func TestAppDoesNotSteer(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a := &app{out: f, err: f}
	a.note("%s", evil)
	a.print("%v", bigin.Module(evil))
	a.report(fs.ErrMountpoint)
	a.report(&os.PathError{Op: evil, Path: evil, Err: os.ErrNotExist})
	if err := a.printJSON([]finding{{evil, failed, evil, evil}}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(string(text), func(r rune) bool { return r != '\n' && steers(r) }) || !strings.Contains(string(text), `\u202e`) {
		t.Errorf("%q", text)
	}
}
