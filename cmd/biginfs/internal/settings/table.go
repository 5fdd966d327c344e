package settings

import (
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache/valkey"
)

// Use says which commands take a setting.
type Use int

// The commands that take settings.
const (
	ForMount Use = 1 << iota
	ForDemo
	ForLogin
	ForLogout
	ForDoctor
	ForRead // without a mount: what mount takes, except for the groups mount and log
)

// setting is one row of the table: a flag, a variable, and a key of the config
// file.
type setting struct {
	name  string // of the flag
	value string // what stands for its value in the help; "" for a switch
	def   string
	help  string
	by    Use
	set   func(*Settings, string) error
}

// env is the variable that sets it.
func (s setting) env() string { return "BIGINFS_" + strings.ToUpper(s.key()) }

// key is what it is called in the config file and after -o.
func (s setting) key() string { return strings.ReplaceAll(s.name, "-", "_") }

// group is a part of the table, under a title in the help.
type group struct {
	title string
	rows  []setting
}

// groups is the table.
func groups() []group {
	all := table()
	for _, g := range all {
		for i := range g.rows {
			if g.title != "mount" && g.title != "log" && g.rows[i].by&ForMount != 0 {
				g.rows[i].by |= ForRead
			}
		}
	}
	return all
}

func table() []group {
	return []group{
		{"account", []setting{
			{"config", "FILE", ConfigFile(), "read the settings from this file; the credentials are kept beside it (default: ~/.config/biginfs/config.toml)", ForMount | ForDemo | ForLogin | ForLogout | ForDoctor,
				func(s *Settings, text string) error { s.Config = text; return nil }},
			{"profile", "NAME", "default", "use the login of this name (default: the one named default)", ForMount | ForLogin | ForLogout | ForDoctor,
				into(func(s *Settings) *string { return &s.Profile }, parseProfile)},
			{"data-center", "NAME", "", "the account's data center: " + strings.Join(bigin.DataCenterNames(), ", ") + " (default: that of the login, else us)", ForMount | ForLogin | ForDoctor,
				optional(into(func(s *Settings) *bigin.DataCenter { return &s.dataCenter }, parseDataCenter))},
			{"api-url", "URL", "", "the address of the API (default: the one Zoho names)", ForMount | ForDoctor,
				optional(into(func(s *Settings) *string { return &s.APIURL }, parseURL("https://www.zohoapis.eu")))},
			{"accounts-url", "URL", "", "the address of Zoho's login server (default: that of the data center)", ForMount | ForLogin | ForDoctor,
				optional(into(func(s *Settings) *string { return &s.accountsURL }, parseURL("https://accounts.zoho.eu")))},
		}},
		{"login", []setting{
			{"redirect-port", "PORT", "48713", "have the browser come back to this port, which must be the one registered in the API console", ForLogin,
				into(func(s *Settings) *uint64 { return &s.RedirectPort }, count(1, 65535))},
		}},
		{"freshness", []setting{
			{"attr-ttl", "DURATION", "1m", "how long names, sizes and listings are believed", ForMount | ForDemo,
				into(func(s *Settings) *time.Duration { return &s.AttrTTL }, parseDuration)},
			{"negative-ttl", "DURATION", "30s", "how long it is believed that something does not exist", ForMount | ForDemo,
				into(func(s *Settings) *time.Duration { return &s.NegativeTTL }, parseDuration)},
			{"content-ttl", "DURATION", "5m", "how long a photo is believed", ForMount | ForDemo,
				into(func(s *Settings) *time.Duration { return &s.ContentTTL }, parseDuration)},
			{"unchanged-ttl", "DURATION", "24h", "how long a photo is believed while its record does not change; 0 asks each time", ForMount | ForDemo,
				into(func(s *Settings) *time.Duration { return &s.UnchangedTTL }, parseDuration)},
			{"full-listing", "DURATION", "24h", "list all records this often, and ask only what changed in between", ForMount | ForDemo,
				into(func(s *Settings) *time.Duration { return &s.FullListing }, parsePositiveDuration)},
			{"stale-if-error", "DURATION", "0s", "while Bigin cannot be reached, go on serving what is known for this long", ForMount | ForDemo,
				into(func(s *Settings) *time.Duration { return &s.StaleIfError }, parseDuration)},
		}},
		{"cache", []setting{
			{"cache-size", "SIZE", "256MiB", "keep up to this many bytes of photos in memory", ForMount | ForDemo,
				into(func(s *Settings) *int64 { return &s.CacheSize }, parseSize)},
			{"cache-dir", "DIR", "", "also keep photos in this directory, for you alone, from mount to mount (default: in memory only)", ForMount,
				optional(into(func(s *Settings) *string { return &s.CacheDir }, filepath.Abs))},
			{"cache-dir-size", "SIZE", "1GiB", "keep up to this many bytes in the cache directory", ForMount,
				into(func(s *Settings) *int64 { return &s.CacheDirSize }, parseSize)},
			{sharedCache, "URL", "", "share photos, listings, the access token and the limits of the API with other desks, by a Valkey or Redis server (rediss://cache.example.com)", ForMount | ForDoctor,
				optional(into(func(s *Settings) *valkey.Address { return &s.SharedCache }, valkey.ParseAddress))},
			{sharedCachePassword, "FILE", "", "the password of that server is in this file, for you alone", ForMount | ForDoctor,
				optional(into(func(s *Settings) *string { return &s.sharedCachePassword }, filepath.Abs))},
			{sharedCacheCA, "FILE", "", "the certificate authorities of that server are in this file, as PEM (default: those this machine trusts)", ForMount | ForDoctor,
				optional(into(func(s *Settings) *string { return &s.sharedCacheCA }, filepath.Abs))},
			{"remember", "true|false", "true", "remember records and the sizes of photos from mount to mount, so that only what changed costs calls", ForMount,
				into(func(s *Settings) *bool { return &s.remember }, parseBool)},
		}},
		{"limit", []setting{
			{"concurrency", "N", "10", "make at most this many calls at once", ForMount | ForDemo | ForDoctor,
				into(func(s *Settings) *uint64 { return &s.Concurrency }, count(1, 100))},
			{"credit-reserve", "N", "0", "leave this many of the day's API credits to others", ForMount | ForDemo | ForDoctor,
				into(func(s *Settings) *uint64 { return &s.CreditReserve }, count(0, 1_000_000))},
			{"max-photo-size", "SIZE", "32MiB", "refuse photos larger than this", ForMount | ForDemo,
				into(func(s *Settings) *int64 { return &s.MaxPhotoSize }, parseSize)},
			{"timeout", "DURATION", "30s", "give up an operation after this long", ForMount | ForDemo | ForDoctor,
				into(func(s *Settings) *time.Duration { return &s.Timeout }, parsePositiveDuration)},
		}},
		{"mount", []setting{
			{"by-name", "links|files|off", "links", "show by-name, where photos have the names of their records: links to them, or the photos themselves", ForMount | ForDemo,
				into(func(s *Settings) *string { return &s.ByName }, parseByName)},
			{"allow-other", "", "false", "let other users of this machine in", ForMount | ForDemo | ForDoctor,
				into(func(s *Settings) *bool { return &s.AllowOther }, parseBool)},
			{"uid", "UID", strconv.Itoa(os.Getuid()), "the user who owns the files (default: you)", ForMount | ForDemo,
				into(func(s *Settings) *uint64 { return &s.UID }, count(0, 1<<32-2))},
			{"gid", "GID", strconv.Itoa(os.Getgid()), "the group that owns the files (default: yours)", ForMount | ForDemo,
				into(func(s *Settings) *uint64 { return &s.GID }, count(0, 1<<32-2))},
			{"background", "", "false", "return once the mount answers, or has failed", ForMount | ForDemo,
				into(func(s *Settings) *bool { return &s.Background }, parseBool)},
		}},
		{"log", []setting{
			{"log-level", "LEVEL", "info", "log messages of this level and above: debug, info, warn, error", ForMount | ForDemo,
				into(func(s *Settings) *slog.Level { return &s.LogLevel }, parseLevel)},
			{"log-format", "FORMAT", "text", "text or json", ForMount | ForDemo,
				into(func(s *Settings) *string { return &s.LogFormat }, func(text string) (string, error) {
					return parseChoice(text, "text", "json")
				})},
			{"log-file", "FILE", "", "log to this file (default: standard error; in the background, PROFILE.log in the state directory)", ForMount | ForDemo,
				optional(into(func(s *Settings) *string { return &s.logFile }, filepath.Abs))},
		}},
	}
}

// allSettings are the rows of all groups.
func allSettings() []setting {
	var all []setting
	for _, g := range groups() {
		all = append(all, g.rows...)
	}
	return all
}

// into makes the set function of a field from its parser.
func into[T any](field func(*Settings) *T, parse func(string) (T, error)) func(*Settings, string) error {
	return func(s *Settings, text string) error {
		v, err := parse(text)
		if err == nil {
			*field(s) = v
		}
		return err
	}
}

// optional leaves the field alone if nothing was chosen.
func optional(set func(*Settings, string) error) func(*Settings, string) error {
	return func(s *Settings, text string) error {
		if text == "" {
			return nil
		}
		return set(s, text)
	}
}

func count(least, most uint64) func(string) (uint64, error) {
	return func(text string) (uint64, error) { return parseCount(text, least, most) }
}
