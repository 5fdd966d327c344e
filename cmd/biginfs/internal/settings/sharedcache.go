package settings

import (
	"bytes"
	"fmt"
	"os"

	"github.com/biginfs/biginfs/cache/valkey"
)

// The settings of the shared cache.
const (
	sharedCache         = "shared-cache"
	sharedCachePassword = "shared-cache-password-file"
	sharedCacheCA       = "shared-cache-ca"
)

// finishSharedCache completes the address of the shared cache with what its files
// hold, and refuses a password that was given where others can see it. c says
// where the address came from.
func (s *Settings) finishSharedCache(c *Choice) error {
	if s.SharedCache.Host == "" {
		return nil
	}
	c.Text = s.SharedCache.String()
	switch {
	case s.SharedCache.Password == "":
	case c.byHand:
		return Misuse("%s: a password on the command line or in fstab can be read by everybody on this machine; "+
			"put it in a file for --%s, or the whole address in the variable BIGINFS_SHARED_CACHE or in the config file, as shared_cache",
			c.where, sharedCachePassword)
	case c.file:
		if err := private(s.Config); err != nil {
			return Misuse("%s: %v", c.where, err)
		}
	}
	if s.sharedCachePassword != "" {
		if err := private(s.sharedCachePassword); err != nil {
			return Misuse("--%s: %v", sharedCachePassword, err)
		}
		text, err := os.ReadFile(s.sharedCachePassword)
		if err != nil {
			return Misuse("--%s: %v", sharedCachePassword, err)
		}
		s.SharedCache.Password = string(bytes.TrimRight(text, "\r\n"))
	}
	if s.sharedCacheCA != "" {
		if !s.SharedCache.TLS {
			return Misuse("--%s is for TLS: write the address as redis%s", sharedCacheCA, "s://"+s.SharedCache.Host)
		}
		roots, err := valkey.ReadRoots(s.sharedCacheCA)
		if err != nil {
			return Misuse("--%s: %v", sharedCacheCA, err)
		}
		s.SharedCache.Roots = roots
	}
	return nil
}

// private returns an error if others can read a file that holds a secret.
func private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s holds a password and %w; mend it with: chmod 600 %s", path, ErrExposed, Quoted(path))
	}
	return nil
}
