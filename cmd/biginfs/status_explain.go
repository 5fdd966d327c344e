package main

import (
	"fmt"
	"strings"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
)

// meaning is what a failure means to the person who saw its errno, and what to do.
// Where it has no remedy, that of Zoho's page stands in.
type meaning struct{ means, remedy string }

// byCode explains what Bigin answered.
var byCode = map[bigin.Code]meaning{
	bigin.NoPermission:         {"the user of this login may see the record, but not download its image", "ask the administrator of the Bigin account for the permission, then wait for --negative-ttl"},
	bigin.AuthorizationFailed:  {"the user of this login may not download images", "ask the administrator of the Bigin account for the permission, then wait for --negative-ttl"},
	bigin.OAuthScopeMismatch:   {"the login does not cover this module", "run %s again and grant %s"},
	bigin.InternalError:        {"Bigin failed, several times in a row", "try again later; if it stays, contact Zoho's support"},
	bigin.InvalidRequestMethod: {"Bigin refused how it was asked, which it documents as right", "report this with the log"},
	bigin.TooManyRequests:      {"the day's API credits are used up, or other programs use all the calls that are allowed at once", "wait, lower --concurrency, or see who uses the credits in Bigin's API dashboard"},
	bigin.InvalidToken:         {"Bigin does not take the access token, nor the next one", "run %s"},
	bigin.RecordLocked:         {"the record is locked in Bigin", "wait until its approval or review is over"},
	bigin.PaginationLimit:      {"Bigin lists only so many records from either end of a module, and this one has more between", "open records by their id: names of the form <id>/photo.jpg work for all of them"},
	"Access Denied":            {"Zoho makes no access token for a while, since too many were asked for", "wait a quarter of an hour: asking earlier makes it longer"},
	bigin.NotApproved:          {"the record waits for approval in Bigin", "have it approved"},
}

// byErrno explains the rest.
var byErrno = map[string]meaning{
	"EACCES":    {"Zoho does not accept the login", "run %s; the mount recovers by itself"},
	"ETIMEDOUT": {"Bigin did not answer in time", "see whether the network is up; on a slow line raise --timeout"},
	"EIO":       {"Bigin could not be reached, or sent what is not a whole photo", "see whether the network is up and try again"},
	"EDQUOT":    {"so few API credits are left that the rest is reserved for other programs", "wait for the credits to come back, or lower --credit-reserve"},
	"EFBIG":     {"the photo is larger than is allowed", "raise --max-photo-size"},
	"ESTALE":    {"the photo was replaced in Bigin while it was open", "open it again"},
}

// explain puts a failure into plain words.
func explain(f fs.Failure, s *settings.Settings) explanation {
	m, ok := byCode[bigin.Code(f.Code)]
	if !ok {
		m = byErrno[f.Errno]
	}
	if m.means == "" {
		m.means = f.Error
	}
	if m.remedy == "" {
		m.remedy = f.Resolution
	}
	switch strings.Count(m.remedy, "%s") {
	case 1:
		m.remedy = fmt.Sprintf(m.remedy, s.LoginCommand())
	case 2:
		m.remedy = fmt.Sprintf(m.remedy, s.LoginCommand(), scopeOf(f.Path))
	}
	return explanation{f, m.means, m.remedy}
}

// scopeOf is the scope that a path of the mount needs.
func scopeOf(path string) string {
	for _, part := range strings.Split(path, "/") {
		if m, err := bigin.ParseModule(part); err == nil {
			return m.ReadScope()
		}
	}
	return "the read scopes of all three modules"
}
