package settings

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/biginfs/biginfs/bigin"
	"github.com/google/renameio/v2"
)

const credentialsName = "credentials.toml"

// ErrExposed says that others can read a file with secrets.
var ErrExposed = errors.New("others can read it")

// Login is what a login leaves behind. It is a secret.
type Login struct {
	ClientID     string `toml:"client_id"`
	ClientSecret string `toml:"client_secret"`
	RefreshToken string `toml:"refresh_token"`
	AccountsURL  string `toml:"accounts_url"`
}

// Logins is the file of credentials.
type Logins struct {
	Profiles map[string]Login `toml:"profiles"`
}

// The variables that hold credentials.
const (
	EnvClientID     = "BIGINFS_CLIENT_ID"
	EnvClientSecret = "BIGINFS_CLIENT_SECRET"
	EnvRefreshToken = "BIGINFS_REFRESH_TOKEN"
)

// Credentials returns those of the environment, or those of the profile if the
// command names one or the environment has none, and where they are from. It is
// called again before each refresh, so that a new login heals a running mount.
func (s *Settings) Credentials() (bigin.Credentials, string, error) {
	if refresh := os.Getenv(EnvRefreshToken); refresh != "" && s.asked == "" {
		c := bigin.Credentials{
			ClientID: os.Getenv(EnvClientID), ClientSecret: os.Getenv(EnvClientSecret),
			RefreshToken: refresh, AccountsURL: s.Accounts(""),
		}
		for name, value := range map[string]string{EnvClientID: c.ClientID, EnvClientSecret: c.ClientSecret} {
			if value == "" {
				return c, "", fmt.Errorf("%w: %s is set, but %s is not", bigin.ErrNoCredentials, EnvRefreshToken, name)
			}
		}
		return c, "environment", nil
	}
	file := s.CredentialsFile()
	all, err := ReadLogins(file)
	if err != nil {
		return bigin.Credentials{}, "", err
	}
	l, ok := all.Profiles[s.Profile]
	if !ok {
		err := s.NotLoggedIn(all)
		if os.Getenv(EnvRefreshToken) != "" {
			err = fmt.Errorf("%w; or leave out %s to use %s", err, s.asked, EnvRefreshToken)
		}
		return bigin.Credentials{}, "", err
	}
	return bigin.Credentials{
		ClientID: l.ClientID, ClientSecret: l.ClientSecret,
		RefreshToken: l.RefreshToken, AccountsURL: s.Accounts(l.AccountsURL),
	}, file, nil
}

// NotLoggedIn returns bigin.ErrNoCredentials with how to get some.
func (s *Settings) NotLoggedIn(all *Logins) error {
	if len(all.Profiles) == 0 {
		return fmt.Errorf("%w: run %s, or biginfs demo to try without an account", bigin.ErrNoCredentials, s.LoginCommand())
	}
	names := slices.Sorted(maps.Keys(all.Profiles))
	return fmt.Errorf("%w for the profile %q: %s", bigin.ErrNoCredentials, s.Profile,
		DidYouMean(s.Profile, names, fmt.Sprintf("run %s, or choose one of: %s", s.LoginCommand(), strings.Join(names, ", "))))
}

// LoginCommand is the command that brings the credentials of these settings.
func (s *Settings) LoginCommand() string {
	command := "biginfs login"
	if s.Profile != "default" {
		command += " --profile " + s.Profile
	}
	// A mount from fstab may have no home, and then uses the system's file by
	// default, but the person who logs in has one.
	if s.Config != ConfigFile() || filepath.Dir(s.Config) == systemConfig {
		command += " --config " + Quoted(s.Config)
	}
	return command
}

// ReadLogins reads the file of credentials. It refuses one that others can read. A
// missing file is as good as an empty one.
func ReadLogins(path string) (*Logins, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &Logins{}, nil
	case err != nil:
		return nil, fmt.Errorf("%w: %w", bigin.ErrNoCredentials, err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: %w", bigin.ErrNoCredentials, notAFile(path))
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s holds secrets and %w; mend it with: chmod 600 %s", path, ErrExposed, path)
	}
	var all Logins
	if _, err := toml.DecodeFile(path, &all); err != nil {
		var syntax toml.ParseError
		if errors.As(err, &syntax) { // its text could hold a piece of a secret
			return nil, fmt.Errorf("%w: %s, line %d, is garbled; run biginfs login again after moving the file away", bigin.ErrNoCredentials, path, syntax.Position.Line)
		}
		if errors.Is(err, os.ErrPermission) {
			return nil, fmt.Errorf("%w: %w", bigin.ErrNoCredentials, err)
		}
		return nil, fmt.Errorf("%w: %s is garbled; run biginfs login again after moving the file away", bigin.ErrNoCredentials, path)
	}
	return &all, nil
}

// ChangeLogins has change alter the logins as they are in the file now, which may
// not be what was read before somebody was asked, and replaces the file
// atomically, so that nobody reads half of it.
func ChangeLogins(path string, change func(profiles map[string]Login)) error {
	all, err := ReadLogins(path)
	if err != nil {
		return err
	}
	if all.Profiles == nil {
		all.Profiles = map[string]Login{}
	}
	change(all.Profiles)
	if err := writeLogins(path, all); err != nil {
		return fmt.Errorf("keep the credentials: %w", err)
	}
	return nil
}

func writeLogins(path string, all *Logins) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // replace the file and not the link
	}
	var text bytes.Buffer
	text.WriteString("# Written by biginfs login. These are secrets: keep the file to yourself.\n\n")
	if err := toml.NewEncoder(&text).Encode(all); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := renameio.TempFile(filepath.Dir(path), path) // 0600
	if err != nil {
		return err
	}
	defer f.Cleanup()
	if _, err = f.Write(text.Bytes()); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}
