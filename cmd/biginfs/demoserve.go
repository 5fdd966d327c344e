package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// grantCodePath is where the demo server gives grant codes, as the API console
// does for self clients.
const grantCodePath = "/grant-code"

// serveDemo serves the demo organisation's API and login pages until ctx ends.
func (a *app) serveDemo(ctx context.Context, address string) error {
	address, err := demoAddress(address)
	if err != nil {
		return err
	}
	demo := bigintest.Demo()
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
		url, envClientID, c.ClientID, envClientSecret, c.ClientSecret, grantCodePath, envRefreshToken, c.RefreshToken)
	<-ctx.Done()
	return nil
}

// demoAddress completes an address: without a host it is this machine.
func demoAddress(address string) (string, error) {
	if !strings.Contains(address, ":") {
		address = ":" + address // only a port
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", misuse("--serve: %q is not an address; write it like 127.0.0.1:8080", address)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	if _, err := parseCount(port, 0, 65535); err != nil {
		return "", misuse("--serve: port %v; write it like 127.0.0.1:8080", err)
	}
	return net.JoinHostPort(host, port), nil
}
