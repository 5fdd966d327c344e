package bigin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// Credentials are what Zoho needs to make an access token: a client that is
// registered in the API console, and the refresh token of a person's consent.
// They never print their secrets.
//
// https://www.bigin.com/developer/docs/apis/v2/oauth-overview.html
type Credentials struct {
	ClientID     string
	ClientSecret string
	RefreshToken string
	AccountsURL  string // of the account's data center: https://accounts.zoho.eu
}

// validate returns ErrNoCredentials, naming what is missing, or ErrInsecureURL
// if the secrets would travel in the clear to AccountsURL.
func (c Credentials) validate() error {
	var missing []string
	for _, f := range []struct{ name, value string }{
		{"client id", c.ClientID},
		{"client secret", c.ClientSecret},
		{"refresh token", c.RefreshToken},
		{"accounts URL", c.AccountsURL},
	} {
		if f.value == "" {
			missing = append(missing, f.name)
		}
	}
	if missing != nil {
		return fmt.Errorf("%w: missing: %s", ErrNoCredentials, strings.Join(missing, ", "))
	}
	if _, err := parseSecureURL(c.AccountsURL); err != nil {
		return fmt.Errorf("accounts URL: %w", err)
	}
	return nil
}

// Fingerprint tells credentials apart, so that what was obtained with some is
// used with no others. It may be written to a file: the refresh token cannot be
// recovered from it. The client secret is left out, so that correcting it loses
// nothing that is stored.
func (c Credentials) Fingerprint() string {
	h := sha256.New()
	for _, s := range []string{c.ClientID, c.RefreshToken, strings.TrimSuffix(c.AccountsURL, "/")} {
		h.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (c Credentials) String() string {
	return "credentials for " + HostOf(c.AccountsURL) + " (hidden)"
}

// Format hides the secrets from every verb of fmt.
func (c Credentials) Format(f fmt.State, _ rune) { writeMasked(f, c.String()) }

// LogValue hides the secrets from slog.
func (c Credentials) LogValue() slog.Value { return logMasked(c.String()) }

// MarshalText hides the secrets from encoders.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
