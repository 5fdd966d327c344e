package bigintest

import (
	"net/http"
	"time"
)

// Behaviour says how the Server behaves where Zoho's documentation leaves it
// open, and what limits it has. The zero value is the most likely behaviour,
// with only the limits that every organisation has.
type Behaviour struct {
	MissingPhoto204  bool // the photo of an unknown record answers 204 instead of 400 INVALID_DATA
	MissingRecord400 bool // an unknown record answers 400 INVALID_DATA instead of 204

	Chunked     bool   // photos come without Content-Length
	ContentType string // of photos; "" is the true type of the image

	ETag         bool   // photos come with an ETag of their bytes
	LastModified bool   // photos come with Last-Modified, the time of the upload
	CacheControl string // of every answer; "" is "no-store, …, private", as Zoho was seen to send

	UploadKeepsModifiedTime  bool // a new photo does not change Modified_Time
	UploadKeepsImage         bool // a photo in place of another does not change Record_Image
	RemovalKeepsModifiedTime bool // removing a photo does not change Modified_Time
	RemovalKeepsImage        bool // Record_Image still names a photo after it was removed
	VolatileImage            bool // Record_Image is a different string in each answer

	Conditional    bool // lists, records and photos honour If-Modified-Since, with 304
	Conditional204 bool // with Conditional: 204 instead of 304

	SortByIgnored    bool // every list is by id, whatever sort_by says
	SortOrderIgnored bool // every list is descending, whatever sort_order says
	PageTokenUnbound bool // a page token also works with other parameters

	DeletedRefused     int   // the list of deleted records is refused with 401, 403 or 404; 0 allows it
	DeletedOrder       Order // of its rows
	DeletedEndless     bool  // it always says that there is more, and repeats its last page
	DeletedConditional bool  // it honours If-Modified-Since: only what was deleted after that

	TokenCap    int           // how many records page_token reaches; 0 is 100,000
	Concurrency int           // how many API calls at once; one more gets 429; 0 is no limit
	Credits     int           // how many API calls in 24 hours; one more gets 429; 0 is no limit
	CreditsSent CreditsHeader // when X-API-CREDITS-REMAINING is sent, given a limit of Credits
	RetryAfter  time.Duration // sent with 429, in seconds, rounded up; 0 sends none

	ClockSkew time.Duration // how far Bigin's clock is ahead of this machine's; negative is behind
	NoDate    bool          // answers come without a Date header

	Latency     time.Duration // before each API answer
	PageLatency time.Duration // before each list page; 0 is Latency
	Bandwidth   int           // bytes a second of each photo; 0 is no limit

	// Scopes is what grants cover. nil is reading the three modules. A grant
	// made on the consent page covers what was asked for there instead.
	Scopes []string

	NoGrantLimit    bool          // lifts the limits of 10 access tokens in 10 minutes and of 15 alive
	GrantsDenied200 bool          // "Access Denied" comes with HTTP 200 instead of 400
	TokenLife       time.Duration // of access tokens; 0 is one hour
	APIDomain       string        // api_domain of token answers; "" is this server

	ClientID     string // "" is DefaultClientID
	ClientSecret string // "" is DefaultClientSecret
	RefreshToken string // "" is DefaultRefreshToken

	Location       string // the data center in the redirect after consent; "" is "us"
	AccountsServer string // the accounts server in it; "" is this server

	DeviceInterval time.Duration // between polls of the device flow; 0 is 5 seconds
	DeviceOtherDC  string        // if set, the first poll after consent answers other_dc and this user_location
}

// Order is how the rows of the list of deleted records are sorted.
type Order string

// The orders. Zoho does not document one, and its sample is not sorted.
const (
	NewestFirst Order = ""
	OldestFirst Order = "oldest first"
	Unsorted    Order = "unsorted" // in no discernible order, which stays the same
)

// CreditsHeader says when X-API-CREDITS-REMAINING is sent.
type CreditsHeader string

// The header is sent once half of the credits are used, always, or never.
const (
	CreditsAfterHalf CreditsHeader = ""
	CreditsAlways    CreditsHeader = "always"
	CreditsNever     CreditsHeader = "never"
)

// Credentials that a Server accepts unless its Behaviour names others.
const (
	DefaultClientID     = "1000.BIGINTEST0CLIENT0ID0000000000000"
	DefaultClientSecret = "b16e7e57c1e57c0ffee0000000000000000000c0de"
	DefaultRefreshToken = "1000.b16e7e57b16e7e57b16e7e57b16e7e57.0123456789abcdef0123456789abcdef"
)

// readAll is what Scopes nil means.
var readAll = []string{
	"ZohoBigin.modules.contacts.READ",
	"ZohoBigin.modules.accounts.READ",
	"ZohoBigin.modules.products.READ",
}

func (b *Behaviour) clientID() string         { return or(b.ClientID, DefaultClientID) }
func (b *Behaviour) clientSecret() string     { return or(b.ClientSecret, DefaultClientSecret) }
func (b *Behaviour) refreshToken() string     { return or(b.RefreshToken, DefaultRefreshToken) }
func (b *Behaviour) location() string         { return or(b.Location, "us") }
func (b *Behaviour) tokenCap() int            { return or(b.TokenCap, 100_000) }
func (b *Behaviour) life() time.Duration      { return or(b.TokenLife, time.Hour) }
func (b *Behaviour) pollEvery() time.Duration { return or(b.DeviceInterval, 5*time.Second) }

func (b *Behaviour) apiDomain(r *http.Request) string      { return or(b.APIDomain, origin(r)) }
func (b *Behaviour) accountsServer(r *http.Request) string { return or(b.AccountsServer, origin(r)) }

func (b *Behaviour) latency(k Kind) time.Duration {
	if k == KindList {
		return or(b.PageLatency, b.Latency)
	}
	return b.Latency
}

func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// origin is the scheme and host under which the request reached the Server.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
