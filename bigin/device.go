package bigin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

const (
	devicePoll     = 30 * time.Second // what Zoho's page asks for
	deviceSlowDown = 5 * time.Second
	deviceLife     = 5 * time.Minute
)

// DeviceCode is a login in progress on a machine without a browser: a person
// opens VerificationURL elsewhere and types UserCode there. Wait waits for that.
type DeviceCode struct {
	UserCode        string
	VerificationURL string
	Interval        time.Duration // between two polls of Wait
	ExpiresIn       time.Duration // from when the code was made

	server *authServer
	secret *deviceSecret
	made   time.Time
}

// deviceSecret is behind a pointer, which is as deep as fmt looks into
// unexported fields.
type deviceSecret struct {
	key  ClientKey
	code string
}

func (d *DeviceCode) String() string {
	if d == nil {
		return "no device code"
	}
	return "device code (hidden)"
}

// Format hides the secrets from every verb of fmt.
func (d *DeviceCode) Format(f fmt.State, _ rune) { writeMasked(f, d.String()) }

// LogValue hides the secrets from slog.
func (d *DeviceCode) LogValue() slog.Value { return logMasked(d.String()) }

// StartDevice begins a login on a machine without a browser.
//
// https://www.zoho.com/accounts/protocol/oauth/devices/initiation-request.html
func StartDevice(ctx context.Context, hc *http.Client, accountsURL string, key ClientKey, scopes []string) (*DeviceCode, error) {
	a, err := newAuthServer(hc, accountsURL)
	if err != nil {
		return nil, err
	}
	op := operation{name: "get a device code"}
	var answer struct {
		UserCode        string `json:"user_code"`
		DeviceCode      string `json:"device_code"`
		VerificationURL string `json:"verification_url"`
		Interval        int64  `json:"interval"`
		ExpiresIn       int64  `json:"expires_in"`
	}
	made := time.Now()
	err = a.post(ctx, op, deviceCodePath, nil, url.Values{
		"grant_type":  {"device_request"},
		"client_id":   {key.ID},
		"scope":       {strings.Join(scopes, ",")},
		"access_type": {"offline"},
		"prompt":      {"consent"},
	}, &answer)
	if err != nil {
		return nil, err
	}
	page, err := parseSecureURL(answer.VerificationURL)
	if err != nil || answer.UserCode == "" || answer.DeviceCode == "" {
		return nil, &AuthError{Op: op.name + " at " + a.host, Err: ErrProtocol}
	}
	d := &DeviceCode{
		UserCode: answer.UserCode, VerificationURL: page.String(),
		server: a, secret: &deviceSecret{key, answer.DeviceCode}, made: made,
	}
	d.Interval, d.ExpiresIn = deviceTimes(answer.Interval, answer.ExpiresIn)
	return d, nil
}

// deviceTimes reads interval and expires_in. Zoho's pages have had them in
// milliseconds, RFC 8628 has seconds; nobody waits a quarter of an hour between
// polls or three hours for a consent, so the numbers tell which it is.
func deviceTimes(interval, expiresIn int64) (poll, life time.Duration) {
	unit := time.Second
	if interval >= 1000 || expiresIn >= 10_000 {
		unit = time.Millisecond
	}
	poll, life = devicePoll, deviceLife
	if interval > 0 {
		poll = min(time.Duration(interval), 1e6) * unit
	}
	if expiresIn > 0 {
		life = min(time.Duration(expiresIn), 1e7) * unit
	}
	return max(poll, time.Second), life
}

// Wait polls until the person has answered, no faster than Zoho allows. It
// returns the grant and the accounts server of the person's data center, which
// may not be the one where the login began. The errors are ErrConsentDenied,
// ErrExpired, ErrUnknownDataCenter (it was sent somewhere that is not Zoho's),
// the context's, and those of Exchange.
//
// https://www.zoho.com/accounts/protocol/oauth/devices/polling-request.html
func (d *DeviceCode) Wait(ctx context.Context) (Grant, string, error) {
	op := operation{"wait for the consent", "the device code is not known any more; start again"}
	fail := func(err error) (Grant, string, error) { return Grant{}, "", err }
	at, interval := d.server, d.Interval
	timer := time.NewTimer(interval)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return fail(fmt.Errorf("%s: %w", op.name, context.Cause(ctx)))
		}
		if Elapsed(d.made) >= d.ExpiresIn {
			return fail(&AuthError{Op: op.name, Hint: "start again", Err: ErrExpired})
		}
		var body []byte // of an error
		grant, err := at.consented(ctx, op, d.secret.key, deviceTokenPath, func(ctx context.Context, cfg *oauth2.Config) (*oauth2.Token, error) {
			t, err := cfg.Exchange(ctx, d.secret.code, oauth2.SetAuthURLParam("grant_type", "device_token"))
			var answer *oauth2.RetrieveError
			if errors.As(err, &answer) {
				body = answer.Body
			}
			return t, err
		})
		if err == nil {
			return grant, at.url, nil
		}
		var failed *AuthError
		errors.As(err, &failed)
		switch {
		case ctx.Err() != nil:
			return fail(fmt.Errorf("%s: %w", op.name, context.Cause(ctx)))
		case retriable(err), failed.Code == "authorization_pending":
		case failed.Code == "slow_down":
			interval += deviceSlowDown
		case failed.Code == "other_dc":
			if at, err = d.sentTo(body); err != nil {
				return fail(fmt.Errorf("%s: %w", op.name, err))
			}
		default:
			return fail(err)
		}
		timer.Reset(interval)
	}
}

// sentTo returns the accounts server that an other_dc answer names.
func (d *DeviceCode) sentTo(body []byte) (*authServer, error) {
	var answer struct {
		UserLocation   string `json:"user_location"` // "eu"
		AccountsServer string `json:"accounts-server"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.UserLocation+answer.AccountsServer == "" {
		return nil, ErrProtocol
	}
	raw := answer.AccountsServer
	if raw == "" {
		dc, err := ParseDataCenter(answer.UserLocation)
		if err != nil {
			return nil, err
		}
		raw = dc.AccountsURL
		if u, err := url.Parse(d.server.url); err == nil && loopback(u) {
			raw = d.server.url // a stand-in for all data centers: its codes are no business of Zoho's
		}
	}
	target, err := TrustedAccountsURL(raw, d.server.url)
	if err != nil {
		return nil, err
	}
	to, err := newAuthServer(nil, target)
	if err == nil {
		to.hc = d.server.hc
	}
	return to, err
}
