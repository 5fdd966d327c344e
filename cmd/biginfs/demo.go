package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
)

func (a *app) demoCommand() *cobra.Command {
	var serve, as string
	cmd := &cobra.Command{
		Use:   "demo [flags] [MOUNTPOINT]",
		Short: "Mount an invented account, without a network",
		Long: `Mount the account of an invented organisation at an empty directory, or at a
new one that is removed at the end. It needs neither an account nor a network.

With --serve nothing is mounted: the organisation's API and login pages answer
at the address, on this machine only unless the address names another host, and
the other commands can be tried with them. With --as they behave like the
account that biginfs doctor --api --report made a report of.`,
		Example: `  biginfs demo
  biginfs demo ~/Bigin
  biginfs demo --serve 127.0.0.1:8080`,
		Args: cobra.ArbitraryArgs,
	}
	flags := settings.AddFlags(cmd, settings.ForDemo)
	cmd.Flags().StringVar(&serve, "serve", "", "only serve the API and the login pages at this `ADDRESS`; port 0 is any")
	cmd.Flags().StringVar(&as, "as", "", "with --serve: answer like the account in this report `FILE`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		most := 1
		if cmd.Flags().Changed("serve") {
			most = 0
		}
		if len(args) > most {
			return settings.Misuse("unexpected argument %q: %s", args[most], cmd.UseLine())
		}
		if most > 0 && as != "" {
			return settings.Misuse("--as goes with --serve")
		}
		s, err := flags.Resolve(nil)
		if err != nil {
			return err
		}
		if most == 0 {
			return a.serveDemo(cmd.Context(), serve, as)
		}
		return a.start(cmd.Context(), s, func(ctx context.Context) error {
			if len(args) == 1 {
				return a.demo(ctx, s, absolute(args[0]), true)
			}
			return a.demoAnywhere(ctx, s)
		})
	}
	return cmd
}

// demoAnywhere mounts the demo account at a directory of its own.
func (a *app) demoAnywhere(ctx context.Context, s *settings.Settings) error {
	dir, err := os.MkdirTemp("", "biginfs-demo-")
	if err != nil {
		return fmt.Errorf("make a mountpoint: %w", err)
	}
	err = a.demo(ctx, s, dir, true)
	if e := os.Remove(dir); err == nil && e != nil { // not what is in it: that would be the mount
		err = fmt.Errorf("remove the mountpoint: %w", e)
	}
	return err
}

// demo mounts the demo account and, if chatty, says what to try.
func (a *app) demo(ctx context.Context, s *settings.Settings, dir string, chatty bool) error {
	outliveReaders()
	url, stop, err := serveHTTP("127.0.0.1:0", bigintest.Demo())
	if err != nil {
		return err
	}
	defer stop()
	d := &drive{
		dir: dir, settings: s, log: newLog(a.log, s, dir),
		tokens: bigin.TokenOptions{Credentials: func() (bigin.Credentials, error) { return demoCredentials(url), nil }},
		mounted: func() error {
			if chatty {
				a.demoTips(dir, s.Background)
			}
			return a.isReady()
		},
	}
	return d.run(ctx)
}

func demoCredentials(url string) bigin.Credentials {
	return bigin.Credentials{
		ClientID:     bigintest.DefaultClientID,
		ClientSecret: bigintest.DefaultClientSecret,
		RefreshToken: bigintest.DefaultRefreshToken,
		AccountsURL:  url,
	}
}

// demoTips says what to try. Faces first: a person at a desktop opens folders.
func (a *app) demoTips(dir string, background bool) {
	end := "Ctrl-C here"
	if background {
		end = "biginfs unmount " + settings.Quoted(dir)
	}
	a.print(`The demo account is mounted at %[1]s. Try, in another terminal:
  xdg-open %[2]s/by-name/Contacts   look at the faces
  ls %[2]s/Contacts                 one directory for each record
  file %[2]s/*/*/photo.jpg          the photos of all modules
  cp -r %[2]s/Products /tmp/products
%[3]s ends it.`, dir, settings.Quoted(dir), end)
}

// serveHTTP answers at an address until it is stopped.
func serveHTTP(address string, h http.Handler) (url string, stop func(), err error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return "", nil, listenError(address, err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	return "http://" + l.Addr().String(), func() { _ = server.Close() }, nil
}

// listenError says why nobody can listen at an address.
func listenError(address string, err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return fmt.Errorf("listen at %s: %w", address, err)
}
