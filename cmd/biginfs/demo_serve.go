package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// grantCodePath is where the demo server gives grant codes, as the API console
// does for self clients.
const grantCodePath = "/grant-code"

// serveDemo serves the demo organisation's API and login pages until ctx ends. If
// there is a report, they behave like the account it was made of.
func (a *app) serveDemo(ctx context.Context, address, report string) error {
	address, err := demoAddress(address)
	if err != nil {
		return err
	}
	demo, err := demoAs(report)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", demo)
	mux.HandleFunc("GET "+grantCodePath, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, demo.GrantCode())
	})
	url, stop, err := serveHTTP(address, mux)
	if err != nil {
		return err
	}
	defer stop()
	c := demoCredentials(url)
	a.print(`# The demo organisation answers at %[1]s until Ctrl-C.
# Put this into the environment of another terminal:
export BIGINFS_ACCOUNTS_URL=%[1]s
export %[2]s=%[3]s
export %[4]s=%[5]s
# Log in, in one of these ways:
#   biginfs login
#   biginfs login --device
#   curl -s %[1]s%[6]s | biginfs login --self-client
# or do without a login:
#   export %[7]s=%[8]s
# Then: biginfs mount MOUNTPOINT`,
		url, settings.EnvClientID, c.ClientID, settings.EnvClientSecret, c.ClientSecret, grantCodePath, settings.EnvRefreshToken, c.RefreshToken)
	<-ctx.Done()
	return nil
}

// demoAs is the demo organisation, behaving as the report says.
func demoAs(report string) (*bigintest.Server, error) {
	demo := bigintest.Demo()
	if report == "" {
		return demo, nil
	}
	text, err := os.ReadFile(report)
	if err != nil {
		return nil, fmt.Errorf("--as: %w", err)
	}
	b, err := bigintest.FromReport(text)
	if err != nil {
		return nil, fmt.Errorf("--as %s: %w", settings.Quoted(report), err)
	}
	demo.Configure(func(have *bigintest.Behaviour) { *have = b })
	return demo, nil
}

// demoAddress completes an address: without a host it is this machine.
func demoAddress(address string) (string, error) {
	if !strings.Contains(address, ":") {
		address = ":" + address // only a port
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", settings.Misuse("--serve: %q is not an address; write it like 127.0.0.1:8080", address)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", settings.Misuse("--serve: port %q is not a number from 0 to 65535; write it like 127.0.0.1:8080", port)
	}
	return net.JoinHostPort(host, port), nil
}
