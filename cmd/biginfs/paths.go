package main

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// Where the system keeps what belongs to no user, and for mounts of fstab.
const (
	systemConfig = "/etc/biginfs"
	systemState  = "/var/lib/biginfs"
)

// configFile returns where the config file is unless something else is chosen.
// The credentials are beside it.
//
// https://specifications.freedesktop.org/basedir-spec/latest/
func configFile(helper bool) string {
	return filepath.Join(userDir("XDG_CONFIG_HOME", ".config", systemConfig, helper), "config.toml")
}

// stateDir returns where access tokens and logs are kept: for the system if its
// config is used.
func stateDir(configDir string, helper bool) string {
	return userDir("XDG_STATE_HOME", ".local/state", systemState, helper || configDir == systemConfig)
}

// userDir returns the user's directory, or the system's when there is no user:
// nobody's home is known, or root mounts what fstab says.
func userDir(variable, below, system string, helper bool) string {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "biginfs")
	}
	home := homeDir()
	if home == "" || helper && os.Geteuid() == 0 {
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

// tokenFile is where the processes of a profile share the access token.
func (s *settings) tokenFile() string { return filepath.Join(s.state, s.profile+".token") }

// sizesFile is where the sizes of photos are remembered, or "".
func (s *settings) sizesFile() string {
	if !s.rememberSizes {
		return ""
	}
	return filepath.Join(s.state, s.profile+".sizes")
}

// logFile is where a mount in the background logs to.
func (s *settings) logFile() string { return filepath.Join(s.state, s.profile+".log") }

// credentialsFile is where login keeps what it got.
func (s *settings) credentialsFile() string {
	return filepath.Join(filepath.Dir(s.config), credentialsName)
}
