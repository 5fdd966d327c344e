package bigintest

import (
	"net/http"
	"testing"
	"time"
)

func TestDevice(t *testing.T) {
	s, u, move := stopped(t, Behaviour{DeviceInterval: 10 * time.Second, DeviceOtherDC: "eu"})
	begin := func() (userCode, code string) {
		g := post(t, u+"/oauth/v3/device/code", "grant_type", "device_request", "client_id", DefaultClientID,
			"scope", "ZohoBigin.modules.contacts.READ", "access_type", "offline")
		o := g.json(t)
		if o["interval"] != 10.0 || o["expires_in"] != 300.0 || o["verification_url"] != u+"/oauth/v3/device" {
			t.Error(o)
		}
		return g.str(t, "user_code"), g.str(t, "device_code")
	}
	poll := func(code string) got {
		return post(t, u+"/oauth/v3/device/token", "grant_type", "device_token", "client_id", DefaultClientID,
			"client_secret", DefaultClientSecret, "code", code)
	}
	want := func(code, err string) {
		t.Helper()
		if g := poll(code); g.StatusCode != http.StatusOK || g.str(t, "error") != err {
			t.Errorf("want %q: HTTP %d %s", err, g.StatusCode, g.body)
		}
	}

	user, code := begin()
	want(code, "authorization_pending")
	move(5 * time.Second)
	want(code, "slow_down")
	move(10 * time.Second)
	want(code, "authorization_pending")
	if g := click(t, u, s.get(t, u+"/oauth/v3/device?user_code="+user), "accept"); g.StatusCode != http.StatusOK {
		t.Errorf("HTTP %d", g.StatusCode)
	}
	move(10 * time.Second)
	if g := poll(code); g.str(t, "error") != "other_dc" || g.str(t, "user_location") != "eu" {
		t.Errorf("%s", g.body)
	}
	g := poll(code)
	if g.str(t, "refresh_token") == "" || may(t, u, "Contacts", g.str(t, "access_token")) != 204 || may(t, u, "Products", g.str(t, "access_token")) != 401 {
		t.Errorf("%s", g.body)
	}
	want(code, "invalid_code")

	user, code = begin()
	s.ApproveDevice(user, false)
	want(code, "access_denied")
	_, code = begin()
	move(deviceLife)
	want(code, "expired")
	want("none", "invalid_code")
	if g := s.get(t, u+"/oauth/v3/device?user_code=none"); g.StatusCode != http.StatusBadRequest {
		t.Errorf("unknown code: HTTP %d", g.StatusCode)
	}
	if g := s.get(t, u+"/oauth/v3/device"); g.StatusCode != http.StatusOK {
		t.Errorf("no code: HTTP %d", g.StatusCode)
	}
}
