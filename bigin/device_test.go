package bigin_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

func startDevice(t *testing.T, accounts string, h http.Handler) *bigin.DeviceCode {
	t.Helper()
	d, err := bigin.StartDevice(t.Context(), &http.Client{Transport: inMemory{h}}, accounts, clientKey, readScope)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDeviceLogin(t *testing.T) {
	for name, c := range map[string]struct {
		b      bigintest.Behaviour
		answer *bool
		want   error
		polls  int
	}{
		"accepted":       {bigintest.Behaviour{}, new(true), nil, 4},
		"denied":         {bigintest.Behaviour{}, new(false), bigin.ErrConsentDenied, 4},
		"other DC":       {bigintest.Behaviour{DeviceOtherDC: "eu"}, new(true), nil, 5},
		"unknown DC":     {bigintest.Behaviour{DeviceOtherDC: "atlantis"}, new(true), bigin.ErrUnknownDataCenter, 4},
		"never answered": {bigintest.Behaviour{DeviceInterval: time.Minute}, nil, bigin.ErrExpired, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := bigintest.Server{Behaviour: c.b}
				d := startDevice(t, accountsURL, &srv)
				if d.ExpiresIn != 5*time.Minute || d.UserCode == "" || d.VerificationURL != accountsURL+"/oauth/v3/device" {
					t.Errorf("%q %q %v", d.UserCode, d.VerificationURL, d.ExpiresIn)
				}
				if c.answer != nil {
					time.AfterFunc(3*d.Interval+d.Interval/2, func() { srv.ApproveDevice(d.UserCode, *c.answer) })
				}
				g, at, err := d.Wait(t.Context())
				if !errors.Is(err, c.want) || err == nil && (g.RefreshToken == "" || at != accountsURL) {
					t.Errorf("%v at %q", err, at)
				}
				wantCount(t, &srv, bigintest.KindDevice, 1+c.polls)
			})
		})
	}
}

// script answers a device code, then one poll after another, and writes down
// when and where each was asked.
type script struct {
	code  string
	polls []string
	start time.Time
	asked []string
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/oauth/v3/device/code" {
		always(200, s.code).ServeHTTP(w, r)
		s.start = time.Now()
		return
	}
	s.asked = append(s.asked, fmt.Sprint(r.Host, " ", time.Since(s.start)))
	always(200, s.polls[0]).ServeHTTP(w, r)
	s.polls = s.polls[1:]
}

const (
	zohoCode = `{"user_code":"ABC","device_code":"1004.d","verification_url":"https://accounts.zoho.com/oauth/v3/device","interval":30000,"expires_in":300000}`
	pending  = `{"error":"authorization_pending"}`
	slowDown = `{"error":"slow_down"}`
	granted  = `{"access_token":"1000.a","refresh_token":"1000.r","api_domain":"https://www.zohoapis.eu","expires_in":3600}`
)

func TestDevicePollsNoFasterThanTold(t *testing.T) {
	for _, c := range []struct {
		code  string
		polls []string
		asked []string
		at    string
		err   error
	}{
		{zohoCode, []string{pending, granted}, []string{"accounts.zoho.com 30s", "accounts.zoho.com 1m0s"}, "https://accounts.zoho.com", nil},
		{zohoCode, []string{slowDown, slowDown, granted}, []string{"accounts.zoho.com 30s", "accounts.zoho.com 1m5s", "accounts.zoho.com 1m45s"}, "https://accounts.zoho.com", nil},
		{zohoCode, []string{`{"error":"other_dc","user_location":"EU"}`, granted}, []string{"accounts.zoho.com 30s", "accounts.zoho.eu 1m0s"}, "https://accounts.zoho.eu", nil},
		{zohoCode, []string{`{"error":"other_dc","accounts-server":"https://accounts.zoho.in/"}`, granted}, []string{"accounts.zoho.com 30s", "accounts.zoho.in 1m0s"}, "https://accounts.zoho.in", nil},
		{zohoCode, []string{`{"error":"other_dc","accounts-server":"https://evil.example"}`}, []string{"accounts.zoho.com 30s"}, "", bigin.ErrUnknownDataCenter},
		{zohoCode, []string{`{"error":"other_dc","accounts-server":"http://127.0.0.1:9"}`}, []string{"accounts.zoho.com 30s"}, "", bigin.ErrUnknownDataCenter},
		{zohoCode, []string{`{"error":"other_dc"}`}, []string{"accounts.zoho.com 30s"}, "", bigin.ErrProtocol},
		{zohoCode, []string{`{"error":"general_error"}`, granted}, []string{"accounts.zoho.com 30s", "accounts.zoho.com 1m0s"}, "https://accounts.zoho.com", nil},
		{zohoCode, []string{`{"error":"invalid_code"}`}, []string{"accounts.zoho.com 30s"}, "", bigin.ErrRefused},
		{zohoCode, []string{`{"error":"Access Denied"}`}, []string{"accounts.zoho.com 30s"}, "", bigin.ErrManyGrants},
		{zohoCode, []string{`{"access_token":"a"}`}, []string{"accounts.zoho.com 30s"}, "", bigin.ErrNoRefreshToken},
		{ // seconds, as RFC 8628 has them
			`{"user_code":"A","device_code":"d","verification_url":"https://x.example","interval":7,"expires_in":20}`,
			[]string{pending, pending}, []string{"accounts.zoho.com 7s", "accounts.zoho.com 14s"}, "", bigin.ErrExpired,
		},
		{ // nothing said
			`{"user_code":"A","device_code":"d","verification_url":"https://x.example"}`,
			[]string{granted}, []string{"accounts.zoho.com 30s"}, "https://accounts.zoho.com", nil,
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{code: c.code, polls: c.polls}
			g, at, err := startDevice(t, "https://accounts.zoho.com", s).Wait(t.Context())
			if !errors.Is(err, c.err) || at != c.at || err == nil && g.RefreshToken != "1000.r" {
				t.Errorf("%s: %v at %q", c.polls, err, at)
			}
			if !slices.Equal(s.asked, c.asked) {
				t.Errorf("asked %q, want %q", s.asked, c.asked)
			}
		})
	}
}

func TestDeviceWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv bigintest.Server
		d := startDevice(t, accountsURL, &srv)
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		start := time.Now()
		if _, _, err := d.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 7*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestStartDeviceRefusesBadAnswers(t *testing.T) {
	for body, want := range map[string]error{
		`{"error":"invalid_client"}`:          bigin.ErrRefused,
		`{"error":"Access Denied"}`:           bigin.ErrManyGrants,
		`{}`:                                  bigin.ErrProtocol,
		`<html>`:                              bigin.ErrProtocol,
		`{"user_code":"A","device_code":"d"}`: bigin.ErrProtocol,
		`{"user_code":"A","device_code":"d","verification_url":"ftp:"}`: bigin.ErrProtocol,
	} {
		hc := &http.Client{Transport: inMemory{always(200, body)}}
		if _, err := bigin.StartDevice(t.Context(), hc, accountsURL, clientKey, readScope); !errors.Is(err, want) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if _, err := bigin.StartDevice(t.Context(), nil, "http://accounts.zoho.com", clientKey, readScope); !errors.Is(err, bigin.ErrInsecureURL) {
		t.Errorf("over http: %v", err)
	}
}
