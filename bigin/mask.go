package bigin

import (
	"fmt"
	"io"
	"log/slog"
)

// A type that holds secrets prints as the same harmless words however it is
// printed. It has the methods String, Format (all verbs of fmt, %#v too),
// LogValue (slog) and MarshalText (JSON, TOML, XML), made with these functions.

func writeMasked(f fmt.State, s string) { _, _ = io.WriteString(f, s) }

func logMasked(s string) slog.Value { return slog.StringValue(s) }

// HostOf returns the host of a URL for a message, without the rest of it,
// which may hold secrets.
func HostOf(rawURL string) string {
	u, err := parseURL(rawURL)
	if err != nil || u.Host == "" {
		return "no host"
	}
	return u.Host
}
