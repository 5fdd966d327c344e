package bigin

import (
	"fmt"
	"log/slog"
	"time"
)

const (
	tokenLife   = time.Hour   // of an access token at most, whatever expires_in says
	tokenLeast  = time.Minute // and at least: Zoho does not make more than one a minute for long
	tokenMargin = time.Minute // a token this close to its end is not used any more
)

// Token is an access token. It never prints itself.
type Token struct {
	Access    string
	APIDomain string    // where it is good: https://www.zohoapis.eu
	Expiry    time.Time // by the wall clock
}

func (t Token) String() string {
	if t.Access == "" {
		return "no access token"
	}
	return "access token for " + HostOf(t.APIDomain) + " until " + t.Expiry.Format(time.RFC3339) + " (hidden)"
}

// Format hides the token from every verb of fmt.
func (t Token) Format(f fmt.State, _ rune) { writeMasked(f, t.String()) }

// LogValue hides the token from slog.
func (t Token) LogValue() slog.Value { return logMasked(t.String()) }

// MarshalText hides the token from encoders.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// heldToken is a token and what is known of it.
type heldToken struct {
	Token
	made   time.Time
	mark   string // fingerprint of the credentials it was made with
	proven bool   // Bigin accepted it at least once
}

// live reports whether the token can be used at that time. The margin takes at
// most half of a short life.
func (h heldToken) live(now time.Time) bool {
	margin := max(0, min(tokenMargin, h.Expiry.Sub(h.made)/2))
	return h.Access != "" && now.Before(h.Expiry.Add(-margin))
}

// TokenStatus says what a TokenSource can do at the moment.
type TokenStatus string

// What a TokenSource can do.
const (
	TokenNone      TokenStatus = "none"      // nothing was asked for yet, or the last try failed
	TokenLive      TokenStatus = "live"      // the token in memory can be used
	TokenExpired   TokenStatus = "expired"   // the next call makes another
	TokenRefused   TokenStatus = "refused"   // ErrRefused or ErrNoCredentials: somebody has to sign in again
	TokenThrottled TokenStatus = "throttled" // ErrManyGrants: Zoho makes no token for a while
)

// TokenState describes a TokenSource. It holds no secret.
type TokenState struct {
	Status    TokenStatus
	APIDomain string    // where the last token is good; "" if there was none
	Expiry    time.Time // of the last token; zero if there was none
	Err       error     // of the last failed attempt, nil since a later one succeeded
	ErrTime   time.Time // when that was
}
