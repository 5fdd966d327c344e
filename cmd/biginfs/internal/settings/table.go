package settings

import (
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// Use says which commands take a setting.
type Use int

const (
	ForMount Use = 1 << iota
	ForDemo
	ForLogin
	ForLogout
	ForDoctor
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

// allSettings is the table.
func allSettings() []setting {
	return []setting{
		{"config", "FILE", ConfigFile(), "read the settings from `FILE`; the credentials are kept beside it (default: ~/.config/biginfs/config.toml)", ForMount | ForDemo | ForLogin | ForLogout | ForDoctor,
			func(s *Settings, text string) error { s.Config = text; return nil }},
		{"profile", "NAME", "default", "`NAME` of the account to use, as chosen at login", ForMount | ForLogin | ForLogout | ForDoctor,
			into(func(s *Settings) *string { return &s.Profile }, parseProfile)},
		{"data-center", "NAME", "", "`NAME` of the account's data center: " + bigin.DataCenterNames() + " (default: that of the login, else us)", ForMount | ForLogin | ForDoctor,
			optional(into(func(s *Settings) *bigin.DataCenter { return &s.DataCenter }, parseDataCenter))},
		{"api-url", "URL", "", "`URL` of the API (default: the one that Zoho names)", ForMount | ForDoctor,
			optional(into(func(s *Settings) *string { return &s.APIURL }, parseURL))},
		{"accounts-url", "URL", "", "`URL` of the accounts server (default: that of the data center)", ForMount | ForLogin | ForDoctor,
			optional(into(func(s *Settings) *string { return &s.AccountsURL }, parseURL))},

		{"attr-ttl", "DURATION", "1m", "believe names, sizes and listings for this `DURATION`", ForMount | ForDemo,
			into(func(s *Settings) *time.Duration { return &s.AttrTTL }, parseDuration)},
		{"negative-ttl", "DURATION", "30s", "believe for this `DURATION` that something is not there", ForMount | ForDemo,
			into(func(s *Settings) *time.Duration { return &s.NegativeTTL }, parseDuration)},
		{"content-ttl", "DURATION", "5m", "believe a photo for this `DURATION`", ForMount | ForDemo,
			into(func(s *Settings) *time.Duration { return &s.ContentTTL }, parseDuration)},
		{"cache-size", "SIZE", "256MiB", "keep photos of this total `SIZE` in memory", ForMount | ForDemo,
			into(func(s *Settings) *int64 { return &s.CacheSize }, parseSize)},
		{"concurrency", "N", "10", "make at most `N` calls at once", ForMount | ForDemo,
			into(func(s *Settings) *uint64 { return &s.Concurrency }, count(1, 100))},
		{"credit-reserve", "N", "0", "leave `N` of the day's API credits to others", ForMount | ForDemo | ForDoctor,
			into(func(s *Settings) *uint64 { return &s.CreditReserve }, count(0, 1_000_000))},
		{"max-photo-size", "SIZE", "32MiB", "refuse photos beyond this `SIZE`", ForMount | ForDemo,
			into(func(s *Settings) *int64 { return &s.MaxPhotoSize }, parseSize)},
		{"timeout", "DURATION", "30s", "give up an operation after this `DURATION`", ForMount | ForDemo | ForDoctor,
			into(func(s *Settings) *time.Duration { return &s.Timeout }, parsePositiveDuration)},
		{"stale-if-error", "DURATION", "0s", "offer photos past their time for this `DURATION` while Bigin cannot be reached", ForMount | ForDemo,
			into(func(s *Settings) *time.Duration { return &s.StaleIfError }, parseDuration)},

		{"remember-sizes", "BOOL", "true", "`BOOL`: remember the sizes of photos from mount to mount, so that looking at them again costs no call", ForMount,
			into(func(s *Settings) *bool { return &s.RememberSizes }, parseBool)},
		{"by-name", "BOOL", "true", "`BOOL`: show by-name, where photos have the names of their records", ForMount | ForDemo,
			into(func(s *Settings) *bool { return &s.ByName }, parseBool)},

		{"allow-other", "", "false", "let other users of this machine in", ForMount | ForDemo | ForDoctor,
			into(func(s *Settings) *bool { return &s.AllowOther }, parseBool)},
		{"uid", "UID", strconv.Itoa(os.Getuid()), "the files belong to this `UID` (default: yours)", ForMount | ForDemo,
			into(func(s *Settings) *uint64 { return &s.UID }, count(0, 1<<32-2))},
		{"gid", "GID", strconv.Itoa(os.Getgid()), "the files belong to this `GID` (default: yours)", ForMount | ForDemo,
			into(func(s *Settings) *uint64 { return &s.GID }, count(0, 1<<32-2))},
		{"background", "", "false", "return when the mount answers, or has failed", ForMount | ForDemo,
			into(func(s *Settings) *bool { return &s.Background }, parseBool)},

		{"log-level", "LEVEL", "info", "log what is of this `LEVEL` or worse: debug, info, warn, error", ForMount | ForDemo,
			into(func(s *Settings) *slog.Level { return &s.LogLevel }, parseLevel)},
		{"log-format", "FORMAT", "text", "log in this `FORMAT`: text or json", ForMount | ForDemo,
			into(func(s *Settings) *string { return &s.LogFormat }, func(text string) (string, error) {
				return parseChoice(text, "text", "json")
			})},

		{"redirect-port", "PORT", "48713", "the browser comes back to this `PORT`, as registered in the API console", ForLogin,
			into(func(s *Settings) *uint64 { return &s.RedirectPort }, count(1, 65535))},
	}
}

// into makes the set function of a field out of its parser.
func into[T any](field func(*Settings) *T, parse func(string) (T, error)) func(*Settings, string) error {
	return func(s *Settings, text string) error {
		v, err := parse(text)
		if err == nil {
			*field(s) = v
		}
		return err
	}
}

// optional leaves a field alone that nothing was chosen for.
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
