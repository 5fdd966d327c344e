package integration_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "github.com/biginfs/biginfs"

// inward says which of our packages a package may import, tests aside. A
// package that is not here has no rule, and the test fails.
var inward = map[string][]string{
	"bigin":           {},
	"bigin/bigintest": {},
	"bigin/probe":     {"bigin"},
	"cache":           {"bigin"},
	"cache/disk":      {"bigin", "cache"},
	"cache/valkey":    {"bigin", "cache"},
	"fs":              {"bigin"},
	"cmd/biginfs":     {"bigin", "bigin/bigintest", "bigin/probe", "cache", "cache/disk", "cache/valkey", "fs"},

	"integration_test":       {"bigin/bigintest", "integration_test/need", "integration_test/sweep"},
	"integration_test/need":  {},
	"integration_test/sweep": {},
}

// only says where an import of others may be, as a folder or as one file.
var only = map[string]string{
	"github.com/hanwen/go-fuse/":    "fs/",
	"github.com/patrickmn/go-cache": "cache/store.go",
	"github.com/valkey-io/":         "cache/valkey/",
}

// Imports run inward only.
func TestImports(t *testing.T) {
	root := ".."
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if name := d.Name(); name == "testdata" || rel != "." && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || strings.HasPrefix(name, "zz_")) { // the last is scratch
				return filepath.SkipDir
			}
			return nil
		}
		if path.Ext(rel) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		seen[path.Dir(rel)] = true
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if why := wrongWay(rel, imported); why != "" {
				t.Errorf("%s imports %s: %s", rel, imported, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range inward {
		if !seen[pkg] {
			t.Errorf("package %s has a rule and no files", pkg)
		}
	}
}

// wrongWay says what is wrong with an import, if anything.
func wrongWay(file, imported string) string {
	dir := path.Dir(file)
	isTest := strings.HasSuffix(file, "_test.go")
	if ours, ok := strings.CutPrefix(imported, modulePath+"/"); ok {
		allowed, ok := inward[owner(dir)]
		switch {
		case !ok:
			return "its package has no rule in imports_test.go"
		case isTest && (ours == dir || ours == "integration_test/need" || ours == "bigin/bigintest" && dir != "integration_test"):
			return ""
		case strings.HasPrefix(ours, dir+"/internal/"):
			return ""
		case !slices.Contains(allowed, ours):
			return "imports run inward only"
		}
		return ""
	}
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") {
		return "" // the standard library
	}
	if dir == "bigin/bigintest" {
		return "bigintest imports nothing but the standard library"
	}
	if isTest {
		return ""
	}
	for prefix, place := range only {
		if strings.HasPrefix(imported, prefix) && file != place && !(strings.HasSuffix(place, "/") && strings.HasPrefix(file, place)) {
			return "only " + place + " may"
		}
	}
	return ""
}

// owner is the package whose rule holds for a folder: its own, or that of the
// folder above.
func owner(dir string) string {
	for dir != "." {
		if _, ok := inward[dir]; ok {
			return dir
		}
		dir = path.Dir(dir)
	}
	return dir
}

// The rules refuse what they are there to refuse.
func TestImportRules(t *testing.T) {
	for _, c := range []struct {
		file, imported string
		ok             bool
	}{
		{"bigin/client.go", "net/http", true},
		{"bigin/client.go", modulePath + "/cache", false},
		{"bigin/client.go", modulePath + "/bigin/bigintest", false},
		{"bigin/client_test.go", modulePath + "/bigin/bigintest", true},
		{"bigin/client_test.go", modulePath + "/cache", false},
		{"bigin/bigintest/server.go", modulePath + "/bigin", false},
		{"bigin/bigintest/help_test.go", modulePath + "/bigin", false},
		{"bigin/bigintest/server.go", "golang.org/x/oauth2", false},
		{"bigin/bigintest/help_test.go", "go.uber.org/goleak", false},
		{"bigin/bigintest/server.go", "image/png", true},
		{"cache/cache.go", modulePath + "/bigin", true},
		{"cache/cache.go", modulePath + "/fs", false},
		{"cache/cache.go", modulePath + "/cache/disk", false},
		{"cache/disk/photos.go", modulePath + "/cache", true},
		{"cache/disk/photos.go", modulePath + "/bigin", true},
		{"cache/store.go", "github.com/patrickmn/go-cache", true},
		{"cache/cache.go", "github.com/patrickmn/go-cache", false},
		{"cache/cache.go", "github.com/hanwen/go-fuse/v2/fs", false},
		{"fs/photo.go", "github.com/hanwen/go-fuse/v2/fs", true},
		{"fs/photo.go", modulePath + "/bigin", true},
		{"fs/photo.go", modulePath + "/cache", false},
		{"cmd/biginfs/mount.go", modulePath + "/fs", true},
		{"cmd/biginfs/mount.go", "github.com/hanwen/go-fuse/v2/fuse", false},
		{"integration_test/mount_test.go", modulePath + "/bigin/bigintest", true},
		{"integration_test/mount_test.go", modulePath + "/bigin", false},
		{"integration_test/benchmark/main.go", modulePath + "/bigin/bigintest", true},
		{"integration_test/benchmark/main.go", modulePath + "/cache", false},
		{"other/file.go", modulePath + "/bigin", false},
	} {
		if why := wrongWay(c.file, c.imported); (why == "") != c.ok {
			t.Errorf("%s imports %s: %q", c.file, c.imported, why)
		}
	}
}
