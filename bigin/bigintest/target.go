package bigintest

import (
	"net/http"
	"strconv"
	"strings"
)

// Kind says what a request asks for.
type Kind string

// The kinds of requests.
const (
	KindPhoto   Kind = "photo"   // a profile photo
	KindList    Kind = "list"    // a page of records
	KindRecord  Kind = "record"  // one record
	KindDeleted Kind = "deleted" // a page of the deleted records
	KindFields  Kind = "fields"  // the fields of a module
	KindToken   Kind = "token"   // an access token for a refresh token
	KindGrant   Kind = "grant"   // tokens for a grant code
	KindDevice  Kind = "device"  // the device flow: its code and its polls
	KindRevoke  Kind = "revoke"  // the end of a token
	KindOther   Kind = "other"
)

// target is what the path of a request means.
type target struct {
	kind     Kind
	api      bool // a call of the API server
	module   string
	id       int64 // 0 for a number too large to be an id
	accounts func(*call) answer
}

func parseTarget(r *http.Request) target {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/bigin/v2/"); ok {
		return parseAPI(strings.Split(rest, "/"))
	}
	other := target{kind: KindOther, api: strings.HasPrefix(r.URL.Path, "/bigin/")}
	form := r.Method == http.MethodPost
	switch r.URL.Path {
	case "/oauth/v2/token":
		if !form {
			break
		}
		if r.PostForm.Get("grant_type") == "refresh_token" {
			return target{kind: KindToken, accounts: (*call).refresh}
		}
		return target{kind: KindGrant, accounts: (*call).exchange}
	case "/oauth/v2/token/revoke":
		if form {
			return target{kind: KindRevoke, accounts: (*call).revoke}
		}
	case "/oauth/v2/auth":
		other.accounts = (*call).consentPage
	case "/oauth/v2/auth/consent":
		if form {
			other.accounts = (*call).consent
		}
	case "/oauth/v3/device/code":
		if form {
			return target{kind: KindDevice, accounts: (*call).deviceCode}
		}
	case "/oauth/v3/device/token":
		if form {
			return target{kind: KindDevice, accounts: (*call).devicePoll}
		}
	case "/oauth/v3/device":
		other.accounts = (*call).devicePage
	}
	return other
}

// parseAPI reads {module}, {module}/deleted, {module}/{id},
// {module}/{id}/photo and settings/fields.
func parseAPI(part []string) target {
	t := target{kind: KindOther, api: true}
	if len(part) == 2 && part[0] == "settings" && part[1] == "fields" {
		return target{kind: KindFields, api: true}
	}
	if len(part) == 2 && part[1] == "deleted" && part[0] != "" {
		return target{kind: KindDeleted, api: true, module: part[0]}
	}
	if part[0] == "" || len(part) > 3 {
		return t
	}
	if len(part) > 1 && !digits(part[1]) || len(part) == 3 && part[2] != "photo" {
		return t
	}
	t.module = part[0]
	t.kind = []Kind{KindList, KindRecord, KindPhoto}[len(part)-1]
	if len(part) > 1 {
		if id, err := strconv.ParseInt(part[1], 10, 64); err == nil {
			t.id = id
		}
	}
	return t
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
