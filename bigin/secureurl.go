package bigin

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// SecureURL returns ErrInsecureURL unless a secret may travel to u: over
// https, or over http to this machine (127.0.0.0/8, ::1, localhost).
func SecureURL(u *url.URL) error {
	switch {
	case u == nil || u.Hostname() == "":
		return fmt.Errorf("a URL without a host: %w", ErrInsecureURL)
	case u.Scheme == "https", u.Scheme == "http" && loopback(u):
		return nil
	}
	return fmt.Errorf("%s://%s: %w", u.Scheme, u.Host, ErrInsecureURL)
}

// loopback reports whether u names this machine without asking a name server.
func loopback(u *url.URL) bool {
	if strings.EqualFold(u.Hostname(), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.Unmap().IsLoopback()
}

// parseURL is url.Parse with an error that does not repeat the URL.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("a URL that does not parse: %w", ErrInsecureURL)
	}
	return u, nil
}

// parseSecureURL parses a URL that secrets are to be sent to.
func parseSecureURL(raw string) (*url.URL, error) {
	u, err := parseURL(raw)
	if err != nil {
		return nil, err
	}
	return u, SecureURL(u)
}

// sameHost reports whether a and b are answered by the same server.
func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
