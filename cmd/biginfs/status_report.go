package main

import (
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
	"github.com/biginfs/biginfs/cache/valkey"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
)

// report is what a mount says about itself. It holds no secret. biginfs status
// --json prints it as JSON, so names are never reused.
type report struct {
	Version    string    `json:"version"`
	PID        int       `json:"pid"`   // as the mount itself sees it
	Mount      string    `json:"mount"` // absolute
	Log        string    `json:"log"`   // a file, or where else its lines go
	Mounted    time.Time `json:"mounted"`
	Profile    string    `json:"profile"`
	DataCenter string    `json:"data_center,omitempty"`
	API        string    `json:"api,omitempty"` // "" before the first token

	Token         tokenReport       `json:"token"`
	Calls         bigin.Stats       `json:"calls"`
	CreditReserve uint64            `json:"credit_reserve"`
	Cache         cache.Stats       `json:"cache"`
	Tiers         []cache.TierStats `json:"tiers"`
	Desks         *valkey.Turns     `json:"desks,omitempty"` // absent while nobody counts for all desks
	Failures      []explanation     `json:"failures"`        // the latest first
}

// tokenReport is the state of the access token.
type tokenReport struct {
	Status bigin.TokenStatus `json:"status"`
	Expiry time.Time         `json:"expiry,omitzero"`
	Error  string            `json:"error,omitempty"` // of the last try to get one
	When   time.Time         `json:"when,omitzero"`
	Remedy string            `json:"remedy,omitempty"`
}

// explanation is a failure with what it means and what to do about it.
type explanation struct {
	fs.Failure
	Meaning string `json:"meaning"`
	Remedy  string `json:"remedy"`
}

// maxReport is the most that the kernel passes on of an extended attribute.
const maxReport = 64 << 10

// reporter makes the reports of a running mount.
type reporter struct {
	dir      string
	settings *settings.Settings
	mounted  time.Time
	tokens   *bigin.TokenSource
	client   *bigin.Client
	memory   *cache.Cache
	tiers    []cache.Tier
	shared   *valkey.Server // nil where nothing is shared
}

// json returns the report, with these failures. It neither makes a call nor waits
// for one.
func (r *reporter) json(failures []fs.Failure) []byte {
	s := r.settings
	token := r.tokens.State()
	out := report{
		Version: versionText(), PID: os.Getpid(), Mount: r.dir, Log: logPlace(s), Mounted: r.mounted, Profile: s.Profile,
		API:   token.APIDomain,
		Token: tokenReport{Status: token.Status, Expiry: token.Expiry, When: token.ErrTime},
		Calls: r.client.Stats(), CreditReserve: s.CreditReserve, Cache: r.memory.Stats(),
		Tiers: []cache.TierStats{}, Failures: []explanation{},
	}
	for _, t := range r.tiers {
		out.Tiers = append(out.Tiers, t.Stats())
	}
	if r.shared != nil {
		if t, ok := r.shared.Quota().Turns(); ok {
			out.Desks = &t
		}
	}
	if s.APIURL != "" {
		out.API = s.APIURL
	}
	for _, dc := range bigin.DataCenters() {
		if dc.APIURL == out.API {
			out.DataCenter = dc.Name
		}
	}
	if token.Err != nil {
		out.Token.Error, out.Token.Remedy = token.Err.Error(), tokenRemedy(s, token.Err)
	}
	for _, f := range failures {
		out.Failures = append(out.Failures, explain(f, s))
	}
	for {
		text, err := json.Marshal(out)
		if err != nil {
			return []byte("{}") // no field can fail
		}
		last := len(out.Failures) - 1
		if len(text) <= maxReport || last < 0 {
			return text
		}
		out.Failures = out.Failures[:last] // the oldest
	}
}

// logPlace is where the log of a mount with these settings goes.
func logPlace(s *settings.Settings) string {
	if name, _ := s.LogFile(); name != "" {
		return name
	}
	return "standard error"
}

// tokenRemedy is what to do when there is no token.
func tokenRemedy(s *settings.Settings, err error) string {
	switch {
	case errors.Is(err, settings.ErrExposed):
		return "chmod 600 " + settings.Quoted(s.CredentialsFile())
	case errors.Is(err, bigin.ErrRefused), errors.Is(err, bigin.ErrNoCredentials):
		return "run " + s.LoginCommand() + "; a mount recovers by itself"
	case errors.Is(err, bigin.ErrManyGrants):
		return "wait a quarter of an hour; what is cached is still served"
	case errors.Is(err, bigin.ErrInsecureURL):
		return "use an https address for --accounts-url and --api-url"
	}
	c, _, _ := s.Credentials() // of which the address alone is told
	return "see whether the network is up and " + s.Accounts(c.AccountsURL) + " can be reached; a mount recovers by itself"
}
