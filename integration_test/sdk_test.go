package integration_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// Zoho's own client, which nobody here wrote, takes the demo server for Zoho:
// its token, its records, their photos. There is none for Bigin, so that it is
// the one for CRM, whose paths are another's.
func TestClientOfZoho(t *testing.T) {
	t.Parallel()
	node, npm := need.Program(t, "node"), need.Program(t, "npm")
	demo := serveDemo(t)
	front := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(demo)
		r.Out.Host = r.In.Host // it says where the API is
		r.Out.URL.Path = strings.Replace(r.In.URL.Path, "/crm/v8/", "/bigin/v2/", 1)
	}})
	defer front.Close()

	dir := t.TempDir()
	install := exec.Command(npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "@zohocrm/nodejs-sdk-8.0@2.0.0")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		need.Missing(t, fmt.Sprintf("npm cannot install Zoho's client: %v\n%s", err, out))
	}
	script, err := os.ReadFile("testdata/sdk.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sdk.mjs"), script, 0o600); err != nil {
		t.Fatal(err)
	}
	for module, name := range map[string]string{"Contacts": "Full_Name", "Accounts": "Account_Name", "Products": "Product_Name"} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, node, "sdk.mjs")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "API_URL="+front.URL, "CLIENT_ID="+bigintest.DefaultClientID, "CLIENT_SECRET="+bigintest.DefaultClientSecret,
			"REFRESH_TOKEN="+bigintest.DefaultRefreshToken, "MODULE="+module, "NAME="+name, "DIR="+dir)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", module, err, out)
		}
		compareWithDemo(t, module, lines(string(out)))
	}
}

// serveDemo runs the demo server, and returns its address. The credentials that
// it shows are no secrets.
func serveDemo(t *testing.T) *url.URL {
	t.Helper()
	cmd := exec.Command(program, "demo", "--serve", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGINT) // Wait tells
		if err := cmd.Wait(); err != nil {
			t.Errorf("demo --serve: %v", err)
		}
	})
	for in := bufio.NewScanner(out); in.Scan(); {
		if address, ok := strings.CutPrefix(in.Text(), "export BIGINFS_ACCOUNTS_URL="); ok {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
	}
	t.Fatal("demo --serve does not say where it is")
	return nil
}

// compareWithDemo compares lines of id, SHA-256 and name with the last twelve
// records of a module of the demo.
func compareWithDemo(t *testing.T, module string, got []string) {
	t.Helper()
	want := bigintest.Demo()
	ids := want.IDs(module)
	slices.Reverse(ids)
	if len(got) != 12 {
		t.Fatalf("%s: %d records: %q", module, len(got), got)
	}
	for i, line := range got {
		sum := "-"
		if photo := want.Photo(module, ids[i]); photo != nil {
			sum = fmt.Sprintf("%x", sha256.Sum256(photo))
		}
		if prefix := fmt.Sprintf("%d %s ", ids[i], sum); !strings.HasPrefix(line, prefix) || len(line) <= len(prefix) {
			t.Errorf("%s: %q, want %q and a name", module, line, prefix)
		}
	}
}
