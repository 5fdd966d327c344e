package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
	"github.com/spf13/cobra"
)

// loginFlags are the flags of login that are not settings.
type loginFlags struct {
	selfClient, device, noBrowser, newClient bool
}

func (a *app) loginCommand() *cobra.Command {
	var f loginFlags
	cmd := &cobra.Command{
		Use:   "login [flags]",
		Short: "Connect an account",
		Long: `Connect an account, and keep what is needed to mount it from then on. Biginfs
asks Zoho only for permission to read contacts, companies and products.

Register a client once at https://api-console.zoho.com, of one of these types:

  Server-based Applications, with the redirect URI
    http://localhost:48713/callback
    The browser opens, and you consent there. With another --redirect-port
    register that. From another machine: ssh -L 48713:localhost:48713 HOST
  Self Client, for biginfs login --self-client
    Have the console generate a code for the scopes that login tells you.
  Non-browser Applications, for biginfs login --device
    For machines without a browser: you type a code into a page elsewhere.

The client's id and secret are asked for at the first login of a profile, or
come from BIGINFS_CLIENT_ID and BIGINFS_CLIENT_SECRET, or line by line from
standard input (id, secret, then the code of a self client). To connect another
machine, copy ~/.config/biginfs/credentials.toml there, and keep its mode 600.`,
		Example: `  biginfs login
  biginfs login --profile work --data-center eu
  biginfs login --self-client
  biginfs login --device`,
		Args: settings.Exactly(0, ""),
	}
	flags := settings.AddFlags(cmd, settings.ForLogin)
	cmd.Flags().BoolVar(&f.selfClient, "self-client", false, "log in with a code that the API console generated")
	cmd.Flags().BoolVar(&f.device, "device", false, "log in with a code to type into a page in any browser")
	cmd.Flags().BoolVar(&f.noBrowser, "no-browser", false, "print the address of the page, and open no browser")
	cmd.Flags().BoolVar(&f.newClient, "new-client", false, "ask for the client's id and secret again")
	for _, name := range []string{"self-client", "device", "no-browser", "new-client"} {
		settings.PutInGroup(cmd, name, "login")
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if f.selfClient && f.device {
			return settings.Misuse("--self-client and --device: choose one of them")
		}
		s, err := flags.Resolve(nil)
		if err != nil {
			return err
		}
		return a.login(cmd.Context(), s, f)
	}
	return cmd
}

// login gets a grant in the way that was chosen, and keeps it.
func (a *app) login(ctx context.Context, s *settings.Settings, f loginFlags) error {
	file := s.CredentialsFile()
	all, err := settings.ReadLogins(file) // before anything is asked
	if err != nil {
		return err
	}
	kept := file
	if target, err := filepath.EvalSymlinks(file); err == nil {
		kept = target
	}
	for _, dir := range []string{filepath.Dir(kept), s.State} {
		if err := settings.CheckWritable(dir); err != nil { // and before a code is spent
			return fmt.Errorf("login: %w; nothing was asked for", err)
		}
	}
	p := a.newPrompt()
	before := all.Profiles[s.Profile]
	key, err := clientKey(ctx, p, before, f.newClient)
	if err != nil {
		return err
	}
	start := s.Accounts(before.AccountsURL)
	var grant bigin.Grant
	at := start
	switch {
	case f.selfClient:
		grant, err = a.loginSelfClient(ctx, p, key, start)
	case f.device:
		grant, at, err = a.loginDevice(ctx, key, start)
	default:
		grant, at, err = a.loginBrowser(ctx, s, key, start, !f.noBrowser)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return fmt.Errorf("login: %w; nothing was stored", err)
	}
	err = settings.ChangeLogins(file, func(profiles map[string]settings.Login) {
		profiles[s.Profile] = settings.Login{
			ClientID: key.ID, ClientSecret: key.Secret, RefreshToken: grant.RefreshToken, AccountsURL: at,
		}
	})
	if err != nil {
		return err
	}
	a.welcome(s, at)
	return nil
}

// welcome says what was connected, and what to do next.
func (a *app) welcome(s *settings.Settings, accountsURL string) {
	where := bigin.HostOf(accountsURL)
	if dc, ok := bigin.DataCenterOfAccounts(accountsURL); ok {
		where = dc.Name + " (" + where + ")"
	}
	a.print("Connected: data center %s, profile %s, kept in %s", where, s.Profile, s.CredentialsFile())
	which := ""
	if s.Profile != "default" {
		which += " --profile " + s.Profile
	}
	if s.Config != settings.ConfigFile() {
		which += " --config " + settings.Quoted(s.Config)
	}
	if err := fs.Available(); err != nil {
		a.print("Next: biginfs ls%s --names Contacts", which)
		a.note("Note: nothing can be mounted here as it is: %v", err)
	} else {
		a.print("Next: mkdir -p ~/Bigin && biginfs mount%s ~/Bigin", which)
	}
	if os.Getenv(settings.EnvRefreshToken) != "" {
		a.note("Note: %s is set, and goes before what was stored; unset it, or name the login: --profile %s", settings.EnvRefreshToken, s.Profile)
	}
}

// clientKey returns the registered client: from the environment, from the profile's
// last login, or as the person types it.
func clientKey(ctx context.Context, p *prompt, before settings.Login, renew bool) (bigin.ClientKey, error) {
	key := bigin.ClientKey{ID: os.Getenv(settings.EnvClientID), Secret: os.Getenv(settings.EnvClientSecret)}
	if key.ID == "" && key.Secret == "" && before.ClientID != "" && !renew {
		return bigin.ClientKey{ID: before.ClientID, Secret: before.ClientSecret}, nil
	}
	var err error
	if key.ID == "" {
		key.ID, err = p.ask(ctx, "Client ID", false)
	}
	if err == nil && key.Secret == "" {
		key.Secret, err = p.ask(ctx, "Client secret", true)
	}
	return key, err
}

// scopes is all that biginfs asks for.
func scopes() []string {
	var all []string
	for _, m := range bigin.Modules() {
		all = append(all, m.ReadScope())
	}
	return all
}
