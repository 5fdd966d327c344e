package bigin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// tokenFile is what the file of a TokenSource holds. It is a secret.
type tokenFile struct {
	Access      string    `json:"access_token"`
	APIDomain   string    `json:"api_domain"`
	Made        time.Time `json:"made"`
	Expiry      time.Time `json:"expiry"`
	Fingerprint string    `json:"fingerprint"` // of the credentials it was made with
}

const maxTokenFile = 16 << 10 // bytes

var (
	errReadable   = errors.New("others can read it")
	errNotRegular = errors.New("not a regular file")
	errGarbled    = errors.New("not a token file")
)

// stored returns the token in the file if it can be used with the credentials
// of that mark. Trouble with the file is as good as no file.
func (s *TokenSource) stored(mark string) (heldToken, bool) {
	if s.opts.File == "" {
		return heldToken{}, false
	}
	h, err := readToken(s.opts.File)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return heldToken{}, false
	case err != nil:
		s.warnOnce("access token file ignored", err)
		return heldToken{}, false
	}
	return h, h.mark == mark && h.live(time.Now()) && !s.rejected(h.Access)
}

// store writes a new token for the other processes. The token is good in
// memory if that fails.
func (s *TokenSource) store(h heldToken) {
	if s.opts.File == "" {
		return
	}
	if err := writeToken(s.opts.File, h); err != nil {
		s.warnOnce("access token not kept in its file: every start will cost another", err)
	}
}

// lock keeps other processes from refreshing at the same time. It goes on
// without the lock if that can't be had: a second token does no harm.
func (s *TokenSource) lock(ctx context.Context) (unlock func()) {
	if s.opts.File == "" {
		return func() {}
	}
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	unlock, err := lockFile(ctx, s.opts.File+".lock")
	if err != nil {
		s.warnOnce("access token refreshed without its lock", err)
		return func() {}
	}
	return unlock
}

// warnOnce logs trouble with the file once of each kind. Only the renewal
// calls it.
func (s *TokenSource) warnOnce(what string, err error) {
	if s.warned[what] {
		return
	}
	if s.warned == nil {
		s.warned = map[string]bool{}
	}
	s.warned[what] = true
	s.opts.Log.Warn(what, "file", s.opts.File, "error", err)
}

// readToken reads a token file that nobody else can read or write.
func readToken(name string) (heldToken, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return heldToken{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return heldToken{}, err
	case !info.Mode().IsRegular():
		return heldToken{}, errNotRegular
	case info.Mode().Perm()&0o077 != 0:
		return heldToken{}, fmt.Errorf("mode %04o: %w", info.Mode().Perm(), errReadable)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxTokenFile))
	if err != nil {
		return heldToken{}, err
	}
	var t tokenFile
	if json.Unmarshal(b, &t) != nil || t.Access == "" || t.Fingerprint == "" {
		return heldToken{}, errGarbled
	}
	if t.APIDomain != "" {
		if _, err := parseSecureURL(t.APIDomain); err != nil {
			return heldToken{}, err
		}
	}
	if most := time.Now().Add(tokenLife); t.Expiry.After(most) { // the clock was wrong, then or now
		t.Made, t.Expiry = time.Now().Round(0), most.Round(0)
	}
	return heldToken{Token: Token{t.Access, t.APIDomain, t.Expiry}, made: t.Made, mark: t.Fingerprint}, nil
}

// writeToken replaces the file at once, so that no reader sees half of it.
// lockFile has made the directory.
func writeToken(name string, h heldToken) (err error) {
	b, err := json.Marshal(tokenFile{h.Access, h.APIDomain, h.made, h.Expiry, h.mark})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
