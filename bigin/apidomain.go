package bigin

import (
	"fmt"
	"net/url"
	"strings"
)

// trustedAPI returns the address of the API that a token from this server is
// for, without a trailing slash. The token is sent there, so it must be an
// address that a person named, one of Zoho's data centers, the host of the
// accounts server itself, or, if that is this machine, this machine.
//
// Without an api_domain it is the data center of the accounts server, if that
// is one of Zoho's. The errors are ErrInsecureURL, ErrUnknownDataCenter, and
// ErrProtocol if there is none.
func (a *authServer) trustedAPI(domain, named string) (string, error) {
	domain, named = strings.TrimSuffix(domain, "/"), strings.TrimSuffix(named, "/")
	if named != "" {
		_, err := parseSecureURL(named)
		return named, err
	}
	if domain == "" {
		if dc, ok := DataCenterOfAccounts(a.url); ok {
			return dc.APIURL, nil
		}
		return "", fmt.Errorf("%w: it does not say where the API is", ErrProtocol)
	}
	u, err := parseSecureURL(domain)
	if err != nil {
		return "", err
	}
	for _, dc := range dataCenters {
		if known, err := url.Parse(dc.APIURL); err == nil && sameHost(u, known) {
			return domain, nil
		}
	}
	server, err := url.Parse(a.url)
	if err == nil && (strings.EqualFold(u.Hostname(), server.Hostname()) || loopback(u) && loopback(server)) {
		return domain, nil
	}
	return "", fmt.Errorf("the token is said to be for %q: %w", u.Host, ErrUnknownDataCenter)
}
