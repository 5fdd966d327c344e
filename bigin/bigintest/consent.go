package bigintest

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// consentFields are the parameters of an authorization request that the page
// sends on when a button is clicked.
var consentFields = []string{
	"response_type", "client_id", "scope", "redirect_uri", "access_type", "prompt", "state",
	"code_challenge", "code_challenge_method",
}

// field is a hidden field of a form.
type field struct{ Name, Value string }

// asked is a scope and what it allows in words, "" if there are none for it.
type asked struct{ Scope, Name string }

// question is the data of the pages "consent" and "device".
type question struct {
	App, Organisation, DataCenter string
	Scopes                        []asked
	Hidden                        []field // of "consent"
	UserCode                      string  // of "device"
}

// consentPage asks the user.
//
// https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
func (c *call) consentPage() answer {
	v := c.r.URL.Query()
	if bad := c.checkConsent(v); bad != nil {
		return *bad
	}
	q := c.question(splitScopes(v.Get("scope")))
	for _, name := range consentFields {
		if v.Has(name) {
			q.Hidden = append(q.Hidden, field{name, v.Get(name)})
		}
	}
	return htmlPage(http.StatusOK, "consent", q)
}

func (c *call) question(scopes []string) question {
	q := question{
		App:          "biginfs",
		Organisation: or(c.s.title, "Bigin in memory"),
		DataCenter:   or(dataCenters[c.b.location()], c.b.location()),
	}
	for _, s := range scopes {
		q.Scopes = append(q.Scopes, asked{s, scopeNames[strings.ToLower(s)]})
	}
	return q
}

// checkConsent returns the page that says what is wrong with the request.
func (c *call) checkConsent(v url.Values) *answer {
	var bad answer
	back, err := url.Parse(v.Get("redirect_uri"))
	switch {
	case v.Get("client_id") != c.b.clientID():
		bad = errorHTML("Invalid client ID", "The client ID that was sent does not exist here. It may belong to another data center.")
	case v.Get("response_type") != "code":
		bad = errorHTML("Invalid response type", "response_type must be code.")
	case err != nil || back.Host == "" || back.Scheme != "http" && back.Scheme != "https":
		bad = errorHTML("Invalid redirect URI", "The redirect URI that was sent does not match the one that was registered.")
	case !validScopes(splitScopes(v.Get("scope"))):
		bad = errorHTML("Invalid OAuth scope", "Scope does not exist. Separate scopes with commas.")
	default:
		return nil
	}
	return &bad
}

func errorHTML(title, text string) answer {
	return htmlPage(http.StatusBadRequest, "notice", notice{title, text})
}

// consent takes the user's answer and sends the browser back.
func (c *call) consent() answer {
	v := c.r.PostForm
	if bad := c.checkConsent(v); bad != nil {
		return *bad
	}
	if v.Get("answer") != "accept" {
		return redirect(v.Get("redirect_uri"), field{"state", v.Get("state")}, field{"error", "access_denied"})
	}
	c.s.mu.Lock()
	token := c.s.addCode(&code{
		scopes:    splitScopes(v.Get("scope")),
		redirect:  v.Get("redirect_uri"),
		challenge: v.Get("code_challenge"),
		method:    or(v.Get("code_challenge_method"), "plain"),
		offline:   v.Get("access_type") == "offline" && v.Get("prompt") == "consent",
		expires:   c.s.clock().Add(2 * time.Minute),
	})
	c.s.mu.Unlock()
	return redirect(v.Get("redirect_uri"),
		field{"state", v.Get("state")}, field{"code", token},
		field{"location", c.b.location()}, field{"accounts-server", c.b.accountsServer(c.r)})
}

// redirect goes to a URI with parameters, those without a value left out. Like
// Zoho's, the query ends in "&".
func redirect(to string, params ...field) answer {
	sep := "?"
	if strings.Contains(to, "?") {
		sep = "&"
	}
	to += sep
	for _, p := range params {
		if p.Value != "" {
			to += p.Name + "=" + url.QueryEscape(p.Value) + "&"
		}
	}
	return answer{status: http.StatusFound, location: to}
}

// splitScopes reads a comma-separated list.
func splitScopes(s string) []string {
	scopes := strings.Split(s, ",")
	for i := range scopes {
		scopes[i] = strings.TrimSpace(scopes[i])
	}
	return scopes
}

// aScope is what the scopes of Bigin, and those of the user's profile, look like.
var aScope = regexp.MustCompile(`(?i)^(ZohoBigin|AaaServer)(\.[a-z_]+){1,2}\.(ALL|READ|CREATE|UPDATE|WRITE|DELETE)$|^ZohoBigin\.modules\.ALL$`)

func validScopes(scopes []string) bool {
	for _, s := range scopes {
		if !aScope.MatchString(s) {
			return false
		}
	}
	return true
}
