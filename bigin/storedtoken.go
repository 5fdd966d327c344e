package bigin

import (
	"context"
	"encoding/json"
	"time"
)

// tokenText is what is kept of a token, in its file and by a TokenShare. It is a
// secret.
type tokenText struct {
	Access      string    `json:"access_token"`
	APIDomain   string    `json:"api_domain"`
	Made        time.Time `json:"made"`
	Expiry      time.Time `json:"expiry"`
	Fingerprint string    `json:"fingerprint"` // of the credentials it was made with
}

// parseToken reads a stored token. It may have been written by anyone, so
// everything is checked that was checked when it was made.
func parseToken(b []byte, c Credentials, apiURL string) (heldToken, error) {
	var t tokenText
	if json.Unmarshal(b, &t) != nil || t.Access == "" || t.Fingerprint == "" || !plainToken(t.Access) {
		return heldToken{}, errGarbled
	}
	api, err := (&authServer{url: c.AccountsURL}).trustedAPI(t.APIDomain, apiURL)
	if err != nil {
		return heldToken{}, err
	}
	now := time.Now()
	if most := now.Add(tokenLife); t.Expiry.After(most) { // the clock was wrong, then or now
		t.Made, t.Expiry = now.Round(0), most.Round(0)
	}
	return heldToken{Token: Token{t.Access, api, t.Expiry}, made: t.Made, mark: t.Fingerprint}, nil
}

// stored returns the token of the file, if it can be used with these
// credentials. Trouble with the file is as good as no file.
func (s *TokenSource) stored(c Credentials) (heldToken, bool) {
	b, err := s.readFile()
	switch {
	case err != nil:
		s.warnOnce("access token file ignored", err)
		fallthrough
	case b == nil:
		return heldToken{}, false
	}
	return s.usable(b, c, "access token file ignored")
}

// usable reads a stored token and reports whether it is any good with these
// credentials. If it is not even a token, that is logged.
func (s *TokenSource) usable(b []byte, c Credentials, ignored string) (heldToken, bool) {
	h, err := parseToken(b, c, s.opts.APIURL)
	if err != nil {
		s.warnOnce(ignored, err)
		return heldToken{}, false
	}
	return h, h.mark == c.Fingerprint() && h.live(time.Now()) && !s.rejected(h.Access)
}

// shared returns the token that another machine has made. If there is none,
// done is to be called when one was made here.
func (s *TokenSource) shared(ctx context.Context, c Credentials) (h heldToken, done func()) {
	if s.opts.Share == nil {
		return heldToken{}, func() {}
	}
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	done = s.opts.Share.Begin(ctx, func(b []byte) (ok bool) {
		h, ok = s.usable(b, c, "access token of the other machines ignored")
		return ok
	})
	return h, done
}

// store keeps a new token in the file, which was locked unless that is an
// error, and leaves it to the other machines. The token is good in memory if
// that fails.
func (s *TokenSource) store(ctx context.Context, h heldToken, unlocked error) {
	b, err := json.Marshal(tokenText{h.Access, h.APIDomain, h.made, h.Expiry, h.mark})
	if err == nil {
		err = s.writeFile(b)
	}
	switch {
	case err != nil:
		s.warnOnce("access token not kept in its file: every start will cost another", err)
	case unlocked != nil:
		s.warnOnce("access token made without its lock", unlocked)
	}
	if s.opts.Share != nil {
		s.opts.Share.Keep(ctx, b, time.Until(h.Expiry))
	}
}

// lock keeps other processes from refreshing at the same time. Without it a
// token can be made all the same: a second one does no harm.
func (s *TokenSource) lock(ctx context.Context) (unlock func(), err error) {
	if s.opts.File == "" {
		return func() {}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	unlock, err = lockFile(ctx, s.opts.File+".lock")
	if err != nil {
		return func() {}, err
	}
	return unlock, nil
}

// warnOnce logs trouble with what is stored, once of each kind. Only the
// renewal calls it.
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
