package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/biginfs/biginfs/integration_test/sweep"
)

// place is where programs are tried.
type place struct {
	ctx     context.Context
	dir     string // temporary
	binary  string // biginfs
	url     string // of the account
	account *account
	sweep   func() error
	server  *http.Server
	tries   int
}

func newPlace(ctx context.Context) (*place, error) {
	a, err := newAccount()
	if err != nil {
		return nil, err
	}
	p := &place{ctx: ctx, account: a, server: &http.Server{Handler: a}}
	if p.dir, err = os.MkdirTemp("", "biginfs-programs-"); err != nil {
		return nil, err
	}
	if p.sweep, err = sweep.Start(p.dir); err != nil {
		return nil, errors.Join(err, os.Remove(p.dir))
	}
	if err := p.prepare(); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *place) prepare() error {
	p.binary = filepath.Join(p.dir, "biginfs")
	build := exec.CommandContext(p.ctx, "go", "build", "-o", p.binary, "github.com/biginfs/biginfs/cmd/biginfs")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build biginfs: %w\n%s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.url = "http://" + l.Addr().String()
	go func() { _ = p.server.Serve(l) }() // until close
	return nil
}

func (p *place) close() error { return errors.Join(p.sweep(), p.server.Close()) }
