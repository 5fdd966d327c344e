package bigintest

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"time"
)

// device is a device that waits for its user.
type device struct {
	userCode, code string
	scopes         []string
	offline        bool
	expires        time.Time
	polled         time.Time // last
	allowed        *bool     // nil while the user has not answered
	sentOn         bool      // other_dc was answered
}

// deviceLife is how long the user has got.
const deviceLife = 5 * time.Minute

// deviceCode begins the device flow.
//
// https://www.zoho.com/accounts/protocol/oauth/devices/initiation-request.html
func (c *call) deviceCode() answer {
	v := c.r.Form
	scopes := splitScopes(v.Get("scope"))
	switch {
	case v.Get("client_id") != c.b.clientID():
		return oauthError("invalid_client")
	case v.Get("grant_type") != "device_request":
		return oauthError("invalid_grant_type")
	case !validScopes(scopes):
		return oauthError("invalid_scope")
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	d := &device{
		userCode: rand.Text()[:6], code: newToken(),
		scopes: scopes, offline: v.Get("access_type") == "offline",
		expires: c.s.clock().Add(deviceLife),
	}
	if c.s.devices == nil {
		c.s.devices = map[string]*device{}
	}
	c.s.devices[d.userCode] = d
	where := c.b.accountsServer(c.r) + "/oauth/v3/device"
	return reply(http.StatusOK, object{
		"user_code":                 d.userCode,
		"device_code":               d.code,
		"verification_url":          where,
		"verification_uri_complete": where + "?user_code=" + url.QueryEscape(d.userCode),
		"interval":                  int((c.b.pollEvery() + time.Second - 1) / time.Second),
		"expires_in":                int(deviceLife / time.Second),
	})
}

// devicePoll answers a device that asks whether its user has answered.
//
// https://www.zoho.com/accounts/protocol/oauth/devices/polling-request.html
func (c *call) devicePoll() answer {
	v := c.r.Form // Zoho documents these parameters in the query
	switch {
	case v.Get("client_id") != c.b.clientID():
		return oauthError("invalid_client")
	case v.Get("client_secret") != c.b.clientSecret():
		return oauthError("invalid_client_secret")
	case v.Get("grant_type") != "device_token":
		return oauthError("invalid_grant_type")
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	d := c.s.deviceOf(v.Get("code"))
	if d == nil {
		return oauthError("invalid_code")
	}
	now := c.s.clock()
	early := now.Sub(d.polled) < c.b.pollEvery()*9/10 // the way to here takes its time
	d.polled = now
	switch {
	case early:
		return oauthError("slow_down")
	case !now.Before(d.expires):
		return oauthError("expired")
	case d.allowed == nil:
		return oauthError("authorization_pending")
	case !*d.allowed:
		return oauthError("access_denied")
	case c.b.DeviceOtherDC != "" && !d.sentOn:
		d.sentOn = true
		d.polled = time.Time{} // another server does not know of this poll
		return reply(http.StatusOK, object{"error": "other_dc", "user_location": c.b.DeviceOtherDC})
	}
	delete(c.s.devices, d.userCode)
	return c.tokens(c.s.newGrant(d.scopes, d.offline), d.offline)
}

// deviceOf finds a device by the code it holds. The caller holds s.mu.
func (s *Server) deviceOf(code string) *device {
	for _, d := range s.devices {
		if d.code == code {
			return d
		}
	}
	return nil
}

// ApproveDevice answers for the user whether the device with the code may have
// access. An unknown code changes nothing.
func (s *Server) ApproveDevice(userCode string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.devices[userCode]; d != nil {
		d.allowed = &ok
	}
}

// devicePage asks the user, first for the code, and takes the answer.
func (c *call) devicePage() answer {
	userCode := c.r.Form.Get("user_code")
	if userCode == "" {
		return htmlPage(http.StatusOK, "enter", nil)
	}
	c.s.mu.Lock()
	d := c.s.devices[userCode]
	known := d != nil && d.allowed == nil && c.s.clock().Before(d.expires)
	c.s.mu.Unlock()
	if !known {
		return errorHTML("Invalid code", "The code is not known, was used already, or has expired.")
	}
	switch allow := c.r.PostForm.Get("answer"); {
	case c.r.Method != http.MethodPost:
		q := c.question(d.scopes)
		q.UserCode = userCode
		return htmlPage(http.StatusOK, "device", q)
	case allow == "accept":
		c.s.ApproveDevice(userCode, true)
		return htmlPage(http.StatusOK, "notice", notice{"Connected", "You can close this page: your device has access now."})
	default:
		c.s.ApproveDevice(userCode, false)
		return htmlPage(http.StatusOK, "notice", notice{"Rejected", "You can close this page: your device has no access."})
	}
}
