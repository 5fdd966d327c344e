package bigin

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// Errors of a login, besides those in errors.go.
var (
	ErrConsentDenied  = errors.New("the consent was denied")
	ErrExpired        = errors.New("nobody consented in time")
	ErrNoRefreshToken = errors.New("no refresh token came")
)

// AuthError is a failure of Zoho's accounts server to give what it was asked
// for. It never holds a secret, nor words that Zoho sent beyond a known code.
type AuthError struct {
	Op   string // what was asked for, and where: "refresh the access token at accounts.zoho.eu"
	Code string // Zoho's code: "invalid_code"; empty when there was none
	Hint string // what to do about it; may be empty
	Err  error  // ErrRefused, ErrManyGrants, ErrProtocol, an *Error with a status of 5xx, or the network's
}

func (e *AuthError) Error() string {
	s := e.Op + ": " + e.Err.Error()
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Hint != "" {
		s += ": " + e.Hint
	}
	return s
}

// Unwrap makes errors.Is(err, ErrRefused) work.
func (e *AuthError) Unwrap() error { return e.Err }

// operation names a request to the accounts server for its errors.
type operation struct {
	name    string // "refresh the access token"
	badCode string // the hint for invalid_code, whose meaning depends on the request
}

// refusals are the codes that mean: not with these credentials. %s is the
// accounts server.
//
// https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
var refusals = map[string]string{
	"invalid_code":          "",
	"invalid_grant":         "",
	"invalid_client":        "the client id is unknown at %s; see that it is complete and that the data center is right",
	"invalid_client_secret": "the client secret is wrong; copy it again from the API console",
	"unauthorized_client":   "the client may not do this; see its type in the API console",
	"unauthorized":          "the client may not do this; see its type in the API console",
	"invalid_client_type":   "the client is of another type; see the API console",
	"invalid_redirect_uri":  "the redirect address is not the one that is registered for the client in the API console",
	"redirect_uri_mismatch": "the redirect address is not the one that is registered for the client in the API console",
	"invalid_scope":         "Zoho knows no such scope",
	"invalid_token":         "the token was revoked before, or belongs to another data center",
}

// failure makes the error of an answer with a status and a code.
func (o operation) failure(host string, status int, code string) error {
	e := &AuthError{Op: o.name + " at " + host, Code: plainCode(code)}
	hint, refused := refusals[e.Code]
	switch {
	case code == "Access Denied", status == http.StatusTooManyRequests:
		e.Code, e.Err = code, ErrManyGrants
		e.Hint = "wait a quarter of an hour; asking earlier makes it longer"
		if code != "Access Denied" {
			e.Code = ""
		}
	case refused:
		e.Err, e.Hint = ErrRefused, strings.ReplaceAll(hint, "%s", host)
		if hint == "" {
			e.Hint = o.badCode
		}
	case e.Code == "access_denied":
		e.Err = ErrConsentDenied
	case e.Code == "expired", e.Code == "expired_token":
		e.Err, e.Hint = ErrExpired, "start again"
	case status >= 500, e.Code == "general_error", e.Code == "server_error", e.Code == "temporarily_unavailable":
		e.Err = &Error{Status: max(status, http.StatusInternalServerError)}
	case e.Code == "":
		e.Err = fmt.Errorf("HTTP %d: %w", status, ErrProtocol)
		e.Hint = "this is not how Zoho answers; see that the accounts URL is right"
	default:
		e.Err = ErrRefused
	}
	return e
}

// plainCode lets a code through to messages if it looks like one: an answer
// could repeat what was sent.
func plainCode(code string) string {
	for _, r := range code {
		if (r < 'a' || r > 'z') && r != '_' {
			return "an unknown code"
		}
	}
	if len(code) > 40 {
		return "an unknown code"
	}
	return code
}

// retriable reports whether asking again may help.
func retriable(err error) bool {
	var answer *Error
	if errors.As(err, &answer) {
		return answer.Status >= 500
	}
	var network *networkError
	var cert *tls.CertificateVerificationError
	return errors.As(err, &network) && !errors.As(err, &cert)
}

// networkError says in safe words why no answer came. The texts of net/http
// hold URLs and pieces of answers.
type networkError struct{ err error }

func newNetworkError(err error) *networkError {
	return &networkError{wireError(err)}
}

func (e *networkError) Error() string {
	var (
		dns  *net.DNSError
		op   *net.OpError
		cert *tls.CertificateVerificationError
		no   syscall.Errno
		t    interface{ Timeout() bool }
	)
	switch {
	case errors.Is(e.err, context.Canceled):
		return context.Canceled.Error()
	case errors.Is(e.err, ErrNoAnswer):
		return ErrNoAnswer.Error()
	case errors.As(e.err, &t) && t.Timeout():
		return "no answer in time"
	case errors.As(e.err, &dns):
		return dns.Error()
	case errors.As(e.err, &cert):
		return cert.Error()
	case errors.As(e.err, &op) && errors.As(e.err, &no):
		return op.Op + ": " + no.Error()
	}
	return "the connection failed"
}

func (e *networkError) Unwrap() error { return e.err }
