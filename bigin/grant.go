package bigin

import (
	"fmt"
	"log/slog"
)

// ClientKey is the client that is registered in Zoho's API console. It never
// prints itself.
type ClientKey struct{ ID, Secret string }

func (c Credentials) key() ClientKey { return ClientKey{c.ClientID, c.ClientSecret} }

func (ClientKey) String() string { return "client key (hidden)" }

// Format hides the key from every verb of fmt.
func (k ClientKey) Format(f fmt.State, _ rune) { writeMasked(f, k.String()) }

// LogValue hides the key from slog.
func (k ClientKey) LogValue() slog.Value { return logMasked(k.String()) }

// MarshalText hides the key from encoders.
func (k ClientKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Grant is what a person's consent brings: a refresh token, and a first access
// token. It never prints itself.
type Grant struct {
	RefreshToken string
	Token        Token
}

func (g Grant) String() string { return "grant (hidden)" }

// Format hides the grant from every verb of fmt.
func (g Grant) Format(f fmt.State, _ rune) { writeMasked(f, g.String()) }

// LogValue hides the grant from slog.
func (g Grant) LogValue() slog.Value { return logMasked(g.String()) }

// MarshalText hides the grant from encoders.
func (g Grant) MarshalText() ([]byte, error) { return []byte(g.String()), nil }
