package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
	"github.com/biginfs/biginfs/cache/disk"
	"github.com/biginfs/biginfs/cache/valkey"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// openTiers opens what keeps photos longer than memory does, the nearest
// first: a directory, and then what is shared, which may be nil. Close the
// tiers, but not what is shared.
func (d *drive) openTiers(shared *valkey.Server) ([]cache.Tier, error) {
	var tiers []cache.Tier
	if d.settings.CacheDir != "" {
		photos, err := d.openCacheDir()
		if err != nil {
			return nil, err
		}
		tiers = append(tiers, photos)
	}
	if shared != nil {
		tiers = append(tiers, shared)
	}
	return tiers, nil
}

// openCacheDir opens the directory that keeps photos. Close it.
func (d *drive) openCacheDir() (cache.Tier, error) {
	s := d.settings
	c, err := d.tokens.Credentials()
	if err != nil {
		return nil, err
	}
	photos, err := disk.Open(disk.Options{Dir: s.CacheDir, Size: s.CacheDirSize, Account: c.Fingerprint(), Log: d.log})
	if err != nil {
		return nil, settings.Misuse("--cache-dir: %v", err)
	}
	if err := noteCacheDir(s.CacheDirsFile(), cacheDir{c.Fingerprint(), s.CacheDir}); err != nil {
		d.log.Warn("biginfs logout will not know of the cache directory, and leave the photos in it", "dir", s.CacheDir, "error", err)
	}
	return photos, nil
}

// openShared opens what many desks share; nil where nothing is. It has waited
// until it is known whether the server answers: the first thing asked for is
// the token, of which only few may be made. Close it.
func openShared(ctx context.Context, s *settings.Settings, credentials func() (bigin.Credentials, error), log *slog.Logger) (*valkey.Server, error) {
	if s.SharedCache.Host == "" {
		return nil, nil
	}
	c, err := credentials()
	if err != nil {
		return nil, err
	}
	shared, err := valkey.Open(valkey.Options{
		Address: s.SharedCache, Credentials: c, Concurrency: int(s.Concurrency), Life: sharedLife + s.StaleIfError, Log: log,
	})
	if err != nil {
		return nil, err
	}
	shared.Settle(ctx)
	return shared, nil
}

// sharedLife is how long a photo stays on the shared server.
const sharedLife = 24 * time.Hour

func closeTiers(tiers []cache.Tier) {
	for _, t := range tiers {
		t.Close()
	}
}

// cacheDir is a directory that may hold photos of an account.
type cacheDir struct {
	account string
	dir     string
}

func (c cacheDir) line() string { return fmt.Sprintf("%s %q\n", c.account, c.dir) }

// noteCacheDir notes that a directory holds photos of a profile, for logout to
// find. It appends a line, so that none of another process is lost.
func noteCacheDir(file string, c cacheDir) error {
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if strings.Contains("\n"+string(text), "\n"+c.line()) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(c.line())
	return errors.Join(err, f.Close())
}

// removeCachedPhotos removes the photos from all noted directories, and then the
// note.
func removeCachedPhotos(ctx context.Context, file string) error {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	var errs []error
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var c cacheDir
		if _, err := fmt.Sscanf(lines.Text(), "%s %q", &c.account, &c.dir); err == nil {
			errs = append(errs, disk.Remove(ctx, c.dir, c.account))
		}
	}
	if err := errors.Join(append(errs, lines.Err())...); err != nil {
		return err
	}
	return os.Remove(file)
}
