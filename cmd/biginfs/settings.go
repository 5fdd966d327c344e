package main

import (
	"cmp"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// settings is what a person can choose, checked.
type settings struct {
	config      string // path of the config file
	profile     string
	asked       string           // the flag or option that names the profile; "": none does
	dataCenter  bigin.DataCenter // zero: that of the login
	apiURL      string           // "": the one that comes with the token
	accountsURL string           // "": that of the data center

	attrTTL, negativeTTL, contentTTL time.Duration
	timeout, staleIfError            time.Duration
	cacheSize, maxPhotoSize          int64
	concurrency, creditReserve       uint64
	uid, gid                         uint64
	allowOther, background           bool
	byName, rememberSizes            bool

	logLevel  slog.Level
	logFormat string

	redirectPort uint64

	state  string   // directory of what the program remembers
	chosen []choice // where each value came from, in the order of the table
}

// choice is the value of a setting and where it came from.
type choice struct {
	setting
	text, source string
	where        string // the source and, if that is a file, the key
	byHand       bool   // for this one call
}

// uses says which commands take a setting.
type uses int

const (
	byMount uses = 1 << iota
	byDemo
	byLogin
	byLogout
	byDoctor
)

// setting is one row of the table: a flag, a variable, and a key of the config
// file.
type setting struct {
	name  string // of the flag
	value string // what stands for its value in the help; "" for a switch
	def   string
	help  string
	by    uses
	set   func(*settings, string) error
}

// env is the variable that sets it.
func (s setting) env() string { return "BIGINFS_" + strings.ToUpper(s.key()) }

// key is what it is called in the config file and after -o.
func (s setting) key() string { return strings.ReplaceAll(s.name, "-", "_") }

// allSettings is the table.
func allSettings() []setting {
	return []setting{
		{"config", "FILE", configFile(false), "read the settings from `FILE`; the credentials are kept beside it (default: ~/.config/biginfs/config.toml)", byMount | byDemo | byLogin | byLogout | byDoctor,
			func(s *settings, text string) error { s.config = text; return nil }},
		{"profile", "NAME", "default", "`NAME` of the account to use, as chosen at login", byMount | byLogin | byLogout | byDoctor,
			into(func(s *settings) *string { return &s.profile }, parseProfile)},
		{"data-center", "NAME", "", "`NAME` of the account's data center: " + bigin.DataCenterNames() + " (default: that of the login, else us)", byMount | byLogin | byDoctor,
			optional(into(func(s *settings) *bigin.DataCenter { return &s.dataCenter }, parseDataCenter))},
		{"api-url", "URL", "", "`URL` of the API (default: the one that Zoho names)", byMount | byDoctor,
			optional(into(func(s *settings) *string { return &s.apiURL }, parseURL))},
		{"accounts-url", "URL", "", "`URL` of the accounts server (default: that of the data center)", byMount | byLogin | byDoctor,
			optional(into(func(s *settings) *string { return &s.accountsURL }, parseURL))},

		{"attr-ttl", "DURATION", "1m", "believe names, sizes and listings for this `DURATION`", byMount | byDemo,
			into(func(s *settings) *time.Duration { return &s.attrTTL }, parseDuration)},
		{"negative-ttl", "DURATION", "30s", "believe for this `DURATION` that something is not there", byMount | byDemo,
			into(func(s *settings) *time.Duration { return &s.negativeTTL }, parseDuration)},
		{"content-ttl", "DURATION", "5m", "believe a photo for this `DURATION`", byMount | byDemo,
			into(func(s *settings) *time.Duration { return &s.contentTTL }, parseDuration)},
		{"cache-size", "SIZE", "256MiB", "keep photos of this total `SIZE` in memory", byMount | byDemo,
			into(func(s *settings) *int64 { return &s.cacheSize }, parseSize)},
		{"concurrency", "N", "10", "make at most `N` calls at once", byMount | byDemo,
			into(func(s *settings) *uint64 { return &s.concurrency }, count(1, 100))},
		{"credit-reserve", "N", "0", "leave `N` of the day's API credits to others", byMount | byDemo | byDoctor,
			into(func(s *settings) *uint64 { return &s.creditReserve }, count(0, 1_000_000))},
		{"max-photo-size", "SIZE", "32MiB", "refuse photos beyond this `SIZE`", byMount | byDemo,
			into(func(s *settings) *int64 { return &s.maxPhotoSize }, parseSize)},
		{"timeout", "DURATION", "30s", "give up an operation after this `DURATION`", byMount | byDemo | byDoctor,
			into(func(s *settings) *time.Duration { return &s.timeout }, parsePositiveDuration)},
		{"stale-if-error", "DURATION", "0s", "offer photos past their time for this `DURATION` while Bigin cannot be reached", byMount | byDemo,
			into(func(s *settings) *time.Duration { return &s.staleIfError }, parseDuration)},

		{"remember-sizes", "BOOL", "true", "`BOOL`: remember the sizes of photos from mount to mount, so that looking at them again costs no call", byMount,
			into(func(s *settings) *bool { return &s.rememberSizes }, parseBool)},
		{"by-name", "BOOL", "true", "`BOOL`: show by-name, where photos have the names of their records", byMount | byDemo,
			into(func(s *settings) *bool { return &s.byName }, parseBool)},

		{"allow-other", "", "false", "let other users of this machine in", byMount | byDemo | byDoctor,
			into(func(s *settings) *bool { return &s.allowOther }, parseBool)},
		{"uid", "UID", strconv.Itoa(os.Getuid()), "the files belong to this `UID` (default: yours)", byMount | byDemo,
			into(func(s *settings) *uint64 { return &s.uid }, count(0, 1<<32-2))},
		{"gid", "GID", strconv.Itoa(os.Getgid()), "the files belong to this `GID` (default: yours)", byMount | byDemo,
			into(func(s *settings) *uint64 { return &s.gid }, count(0, 1<<32-2))},
		{"background", "", "false", "return when the mount answers, or has failed", byMount | byDemo,
			into(func(s *settings) *bool { return &s.background }, parseBool)},

		{"log-level", "LEVEL", "info", "log what is of this `LEVEL` or worse: debug, info, warn, error", byMount | byDemo,
			into(func(s *settings) *slog.Level { return &s.logLevel }, parseLevel)},
		{"log-format", "FORMAT", "text", "log in this `FORMAT`: text or json", byMount | byDemo,
			into(func(s *settings) *string { return &s.logFormat }, func(text string) (string, error) {
				return parseChoice(text, "text", "json")
			})},

		{"redirect-port", "PORT", "48713", "the browser comes back to this `PORT`, as registered in the API console", byLogin,
			into(func(s *settings) *uint64 { return &s.redirectPort }, count(1, 65535))},
	}
}

// into makes the set function of a field out of its parser.
func into[T any](field func(*settings) *T, parse func(string) (T, error)) func(*settings, string) error {
	return func(s *settings, text string) error {
		v, err := parse(text)
		if err == nil {
			*field(s) = v
		}
		return err
	}
}

// optional leaves a field alone that nothing was chosen for.
func optional(set func(*settings, string) error) func(*settings, string) error {
	return func(s *settings, text string) error {
		if text == "" {
			return nil
		}
		return set(s, text)
	}
}

func count(least, most uint64) func(string) (uint64, error) {
	return func(text string) (uint64, error) { return parseCount(text, least, most) }
}

// accounts returns the accounts server: the one that was chosen, else that of
// the login, else that of the largest data center.
func (s *settings) accounts(login string) string {
	return cmp.Or(s.accountsURL, s.dataCenter.AccountsURL, login, bigin.DataCenters()[0].AccountsURL)
}
