package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// A login to another profile while Zoho is asked to revoke is kept, and of the
// profile nothing is: no half-written file of a login that was killed either.
func TestLogoutBesideALogin(t *testing.T) {
	env := homeOf(t)
	dir := filepath.Join(strings.TrimPrefix(env[0], "HOME="), ".config/biginfs")
	file, half := filepath.Join(dir, "credentials.toml"), filepath.Join(dir, ".credentials.toml123")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var zoho bigintest.Server
	var one string
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		write(file, one+"[profiles.other]\nrefresh_token = '1000.a.b'\n")
		zoho.ServeHTTP(w, r)
	}))
	defer server.Close()
	one = fmt.Sprintf("[profiles.default]\nrefresh_token = '%s'\naccounts_url = '%s'\n", bigintest.DefaultRefreshToken, server.URL)
	write(file, one)
	write(half, one)

	cmd := exec.Command("biginfs", "logout")
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil || asked != 1 {
		t.Fatalf("%v, %d requests: %s", err, asked, out)
	}
	left, err := settings.ReadLogins(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, kept := left.Profiles["other"]; !kept || len(left.Profiles) != 1 {
		t.Errorf("%d profiles are left, and the other one is: %v", len(left.Profiles), kept)
	}
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Errorf("the half-written file: %v", err)
	}
}
