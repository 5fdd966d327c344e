package valkey

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// Options say which server is shared, and on whose behalf.
type Options struct {
	Address     Address
	Credentials bigin.Credentials // of the account; the keys are derived from them
	Life        time.Duration     // of a photo and an index on the server; 0 means 24 h
	Concurrency int               // calls at once by all desks of the client together; 0 means 10
	Log         *slog.Logger      // nil discards
}

// Address is where a server is and how to log in. It never prints its password.
type Address struct {
	Host     string // with port
	TLS      bool
	Roots    *x509.CertPool // who vouches for the server; nil: those of the system
	User     string         // "" is the default user
	Password string
	Database int
}

// ParseAddress reads redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE], or
// rediss:// for TLS; valkey:// and valkeys:// mean the same. The error does
// not repeat the text, which could hold a password.
//
// https://github.com/redis/redis-specifications/blob/master/uri/redis.txt
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.RawQuery != "" || u.Fragment != "" || u.Hostname() == "" {
		return Address{}, errAddress
	}
	var a Address
	switch u.Scheme {
	case "redis", "valkey":
	case "rediss", "valkeys":
		a.TLS = true
	default:
		return Address{}, errAddress
	}
	port := u.Port()
	if port == "" {
		port = "6379"
	}
	a.Host = net.JoinHostPort(u.Hostname(), port)
	a.User = u.User.Username()
	a.Password, _ = u.User.Password()
	if db := strings.Trim(u.Path, "/"); db != "" {
		if a.Database, err = strconv.Atoi(db); err != nil || a.Database < 0 {
			return Address{}, errAddress
		}
	}
	return a, nil
}

var errAddress = errors.New("not the address of a Valkey or Redis server; write it like rediss://cache.example.com:6379")

// ReadRoots reads the certificates, in PEM, of those who vouch for the server.
func ReadRoots(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate; it must be PEM, beginning with -----BEGIN CERTIFICATE-----", file)
	}
	return roots, nil
}

// String returns the address without user and password.
func (a Address) String() string {
	scheme := "redis"
	if a.TLS {
		scheme = "rediss"
	}
	s := scheme + "://" + a.Host
	if a.Database != 0 {
		s += "/" + strconv.Itoa(a.Database)
	}
	return s
}

// Format hides the password from every verb of fmt.
func (a Address) Format(f fmt.State, _ rune) { fmt.Fprint(f, a.String()) }

// LogValue hides the password from slog.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

// MarshalText hides the password from encoders.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// tls returns how to verify the server; nil without TLS.
func (a Address) tls() *tls.Config {
	if !a.TLS {
		return nil
	}
	host, _, _ := net.SplitHostPort(a.Host) // ParseAddress made it
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: a.Roots, ServerName: host}
}
