package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/BurntSushi/toml"

	"github.com/biginfs/biginfs/bigin"
)

const credentialsName = "credentials.toml"

// errExposed says that a file with secrets does not keep them.
var errExposed = errors.New("others can read it")

// login is what a login left behind. It is a secret.
type login struct {
	ClientID     string `toml:"client_id"`
	ClientSecret string `toml:"client_secret"`
	RefreshToken string `toml:"refresh_token"`
	AccountsURL  string `toml:"accounts_url"`
}

// logins is the file of credentials.
type logins struct {
	Profiles map[string]login `toml:"profiles"`
}

// The variables that hold credentials.
const (
	envClientID     = "BIGINFS_CLIENT_ID"
	envClientSecret = "BIGINFS_CLIENT_SECRET"
	envRefreshToken = "BIGINFS_REFRESH_TOKEN"
)

// credentials returns those of the environment, or those of the profile if the
// command names one or the environment has none, and where they are from. It is
// asked again before each refresh, so that a new login heals a mount that runs.
func (s *settings) credentials() (bigin.Credentials, string, error) {
	if refresh := os.Getenv(envRefreshToken); refresh != "" && s.asked == "" {
		c := bigin.Credentials{
			ClientID: os.Getenv(envClientID), ClientSecret: os.Getenv(envClientSecret),
			RefreshToken: refresh, AccountsURL: s.accounts(""),
		}
		for name, value := range map[string]string{envClientID: c.ClientID, envClientSecret: c.ClientSecret} {
			if value == "" {
				return c, "", fmt.Errorf("%w: %s is set, but %s is not", bigin.ErrNoCredentials, envRefreshToken, name)
			}
		}
		return c, "environment", nil
	}
	file := s.credentialsFile()
	all, err := readLogins(file)
	if err != nil {
		return bigin.Credentials{}, "", err
	}
	l, ok := all.Profiles[s.profile]
	if !ok {
		err := s.notLoggedIn(all)
		if os.Getenv(envRefreshToken) != "" {
			err = fmt.Errorf("%w; or leave out %s to use %s", err, s.asked, envRefreshToken)
		}
		return bigin.Credentials{}, "", err
	}
	return bigin.Credentials{
		ClientID: l.ClientID, ClientSecret: l.ClientSecret,
		RefreshToken: l.RefreshToken, AccountsURL: s.accounts(l.AccountsURL),
	}, file, nil
}

// notLoggedIn tells how to get credentials.
func (s *settings) notLoggedIn(all *logins) error {
	if len(all.Profiles) == 0 {
		return fmt.Errorf("%w: run %s, or biginfs demo to try without an account", bigin.ErrNoCredentials, s.loginCommand())
	}
	names := sorted(all.Profiles)
	return fmt.Errorf("%w for the profile %q: %s", bigin.ErrNoCredentials, s.profile,
		didYouMean(s.profile, names, fmt.Sprintf("run %s, or choose one of: %s", s.loginCommand(), joined(names))))
}

// loginCommand is the command that brings the credentials of these settings.
func (s *settings) loginCommand() string {
	command := "biginfs login"
	if s.profile != "default" {
		command += " --profile " + s.profile
	}
	if s.config != configFile(false) {
		command += " --config " + s.config
	}
	return command
}

// readLogins reads the file of credentials, which nobody else may be able to
// read. No file is as good as an empty one.
func readLogins(path string) (*logins, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &logins{}, nil
	case err != nil:
		return nil, fmt.Errorf("%w: %w", bigin.ErrNoCredentials, err)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s holds secrets and %w; mend it with: chmod 600 %s", path, errExposed, path)
	}
	var all logins
	if _, err := toml.DecodeFile(path, &all); err != nil {
		var syntax toml.ParseError
		if errors.As(err, &syntax) { // its text could hold a piece of a secret
			return nil, fmt.Errorf("%w: %s, line %d, is garbled; run biginfs login again after moving the file away", bigin.ErrNoCredentials, path, syntax.Position.Line)
		}
		if errors.Is(err, fs.ErrPermission) {
			return nil, fmt.Errorf("%w: %w", bigin.ErrNoCredentials, err)
		}
		return nil, fmt.Errorf("%w: %s is garbled; run biginfs login again after moving the file away", bigin.ErrNoCredentials, path)
	}
	return &all, nil
}

// writeLogins replaces the file at once, so that nobody reads half of it.
func writeLogins(path string, all *logins) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // replace the file and not the link
	}
	var text bytes.Buffer
	text.WriteString("# Written by biginfs login. These are secrets: keep the file to yourself.\n\n")
	if err := toml.NewEncoder(&text).Encode(all); err != nil {
		return fmt.Errorf("keep the credentials: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep the credentials: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+credentialsName+"-*") // 0600
	if err != nil {
		return fmt.Errorf("keep the credentials: %w", err)
	}
	defer os.Remove(f.Name()) // nothing is there when all went well
	_, err = f.Write(text.Bytes())
	for _, step := range []func() error{f.Sync, f.Close, func() error { return os.Rename(f.Name(), path) }} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		return fmt.Errorf("keep the credentials: %w", err)
	}
	return nil
}
