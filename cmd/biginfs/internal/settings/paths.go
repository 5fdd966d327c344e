package settings

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// Where files are kept that belong to no user, and for mounts from fstab.
const (
	systemConfig = "/etc/biginfs"
	systemState  = "/var/lib/biginfs"
)

// ConfigFile returns where the config file is unless something else is chosen.
// The credentials are beside it.
//
// https://specifications.freedesktop.org/basedir-spec/latest/
func ConfigFile() string { return configFile(false) }

// configFile is ConfigFile or, if table is set, that of a mount from fstab.
func configFile(table bool) string {
	return filepath.Join(userDir("XDG_CONFIG_HOME", ".config", systemConfig, table), "config.toml")
}

// stateDir returns where access tokens and logs are kept: for the system if its
// config is used.
func stateDir(configDir string, table bool) string {
	return userDir("XDG_STATE_HOME", ".local/state", systemState, table || configDir == systemConfig)
}

// userDir returns the user's directory, or the system's if there is no user: no
// home is known, or root mounts what fstab says.
func userDir(variable, below, system string, table bool) string {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "biginfs")
	}
	home := homeDir()
	if home == "" || table && os.Geteuid() == 0 {
		return system
	}
	return filepath.Join(home, below, "biginfs")
}

// homeDir returns the user's home, or "". Mount(8) hides the variable from what
// it runs for users, who have an entry in the system's table.
func homeDir() string {
	if home := os.Getenv("HOME"); filepath.IsAbs(home) {
		return home
	}
	if os.Geteuid() == 0 {
		return ""
	}
	u, err := user.LookupId(strconv.Itoa(os.Geteuid()))
	if err != nil || !filepath.IsAbs(u.HomeDir) {
		return ""
	}
	return u.HomeDir
}

// TokenFile is where the processes of a profile share the access token.
func (s *Settings) TokenFile() string { return filepath.Join(s.State, s.Profile+".token") }

// IndexState is where the indexes of the profile are kept, as the cache takes it,
// or "" if they are not to be kept.
func (s *Settings) IndexState() string {
	if !s.remember {
		return ""
	}
	return s.IndexPath()
}

// IndexPath is IndexState even if indexes are not to be kept: those that were kept
// before are there.
func (s *Settings) IndexPath() string { return filepath.Join(s.State, s.Profile) }

// CacheDirsFile lists the directories that hold photos of the profile.
func (s *Settings) CacheDirsFile() string { return filepath.Join(s.State, s.Profile+".cache-dirs") }

// LogFile is where the log goes, and whether that was chosen. "" means standard
// error, which a mount in the background does not have.
func (s *Settings) LogFile() (name string, chosen bool) {
	if s.logFile == "" && s.Background {
		return filepath.Join(s.State, s.Profile+".log"), false
	}
	return s.logFile, s.logFile != ""
}

// CredentialsFile is where login keeps what it got.
func (s *Settings) CredentialsFile() string {
	return filepath.Join(filepath.Dir(s.Config), credentialsName)
}
