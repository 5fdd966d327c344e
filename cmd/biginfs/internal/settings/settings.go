// Package settings is what a person can choose, and where: flags, mount options,
// variables, the config file and the credentials next to it.
//
// Each setting is one row of the table in table.go; a new one is a row there and a
// field of Settings. A flag comes before -o, then come the variable, the profile in
// the config file, the rest of that file, and the default.
package settings

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache/valkey"
)

// Settings is what was chosen, and checked. Fields that the command does not take
// are zero.
type Settings struct {
	Config   string // path of the config file
	NoConfig bool   // that file does not exist
	Profile  string
	APIURL   string // "": the one that comes with the token

	dataCenter  bigin.DataCenter // zero: that of the login
	accountsURL string           // "": that of the data center

	AttrTTL, NegativeTTL, ContentTTL time.Duration
	UnchangedTTL, FullListing        time.Duration
	Timeout, StaleIfError            time.Duration
	CacheSize, MaxPhotoSize          int64          // bytes
	CacheDir                         string         // "": photos are kept in memory only
	CacheDirSize                     int64          // bytes
	SharedCache                      valkey.Address // without Host: there is none
	Concurrency, CreditReserve       uint64
	UID, GID                         uint64
	AllowOther, Background           bool
	remember                         bool
	ByName                           string // links, files or off

	LogLevel  slog.Level
	LogFormat string
	logFile   string // "": see LogFile

	RedirectPort uint64

	State  string   // directory of what the program remembers
	Chosen []Choice // where each value came from, in the order of the table

	sharedCachePassword, sharedCacheCA string // files

	asked string // the flag or option that names the profile; "": none does
}

// Choice is the value of a setting and where it came from.
type Choice struct {
	Name   string // of the flag
	Text   string
	Source string

	where  string // the source and, if that is a file, the key
	byHand bool   // for this one call
	file   bool
}

// Accounts returns the accounts server: the one that was chosen, else that of
// the login, else that of the largest data center.
func (s *Settings) Accounts(login string) string {
	return cmp.Or(s.accountsURL, s.dataCenter.AccountsURL, login, bigin.DataCenters()[0].AccountsURL)
}

// DemoProfile is the name of the demo account in fstab. A login of that name cannot
// be mounted from there.
const DemoProfile = "demo"
