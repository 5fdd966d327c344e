package probe

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// The words of a report. What could not be found out, because no record or row
// was there to tell, is Unknown. An unexpected answer is given by its status,
// followed by Bigin's code if that is a known one.
const (
	Unknown  = ""
	NoAnswer = "no answer"

	Yes         = "yes"
	No          = "no"
	Honoured    = "honoured"
	Ignored     = "ignored"
	Same        = "same"
	Differs     = "differs"
	Bound       = "bound"
	Unbound     = "unbound"
	Allowed     = "allowed"
	NewestFirst = "newest first"
	OldestFirst = "oldest first"
	Unsorted    = "unsorted"
	WithLength  = "Content-Length"
	Chunked     = "chunked"
	Other       = "other" // a word that a report does not repeat
	NoPicture   = "no picture"
	NotZoho     = "none of Zoho's"
)

const (
	reportName    = "biginfs doctor --api"
	reportVersion = 1
	clockGrain    = 5 // seconds
)

// A Report is what a probe found out. Nothing in it is about people.
type Report struct {
	Name    string  `json:"report"`
	Version int     `json:"version"`
	Answers Answers `json:"answers"`
	Calls   []Call  `json:"calls"`

	roundTrip time.Duration
	throttled bool // a call that was made alone met a limit
	silent    int  // calls that were made alone and had no answer
}

// RoundTrip is how long the fastest call took until its answer began. The JSON
// has it only roughly.
func (r *Report) RoundTrip() time.Duration { return r.roundTrip }

// Answers are what was asked. The values are the words above, statuses such as
// "204" and "400 INVALID_DATA", or what is said there.
type Answers struct {
	Modules map[string]string `json:"modules"` // status of a list of each

	MissingRecord string `json:"missing_record"` // status of a record that is not there
	MissingPhoto  string `json:"missing_photo"`  // of the photo of one
	NoPhoto       string `json:"no_photo"`       // of the photo of a record without

	Photo        string `json:"photo"`         // status
	PhotoLength  string `json:"photo_length"`  // WithLength or Chunked
	PhotoType    string `json:"photo_type"`    // Content-Type
	PhotoBytes   string `json:"photo_bytes"`   // what the bytes are, or NoPicture
	ETag         string `json:"etag"`          // of photos: Yes or No
	LastModified string `json:"last_modified"` // likewise
	CacheControl string `json:"cache_control"` // its known directives

	ImageInList   string `json:"record_image_twice"`     // Record_Image in two lists: Same or Differs
	ImageInRecord string `json:"record_image_in_record"` // in a list and in the record

	SortByID   string `json:"sort_by_id"`   // ascending: Honoured or Ignored
	SortByTime string `json:"sort_by_time"` // Modified_Time, descending
	ListSince  string `json:"list_since"`   // If-Modified-Since on lists: Ignored, or the status
	PageToken  string `json:"page_token"`   // Bound to the other parameters, or Unbound

	Deleted      string `json:"deleted"`       // Allowed, or the status
	DeletedOrder string `json:"deleted_order"` // NewestFirst, OldestFirst, Unsorted
	DeletedEnds  string `json:"deleted_ends"`  // Yes or No
	DeletedSince string `json:"deleted_since"` // If-Modified-Since: Honoured or Ignored

	AtOnce     int    `json:"at_once"`     // calls at once that were answered
	Limited    string `json:"limited"`     // whether a call more was refused: Yes or No
	RetryAfter string `json:"retry_after"` // with the refusal: No, seconds, or Other
	Credits    string `json:"credits"`     // whether an answer told how many are left

	Date      string `json:"date"`       // whether answers have one
	ClockSkew int    `json:"clock_skew"` // seconds that Bigin's clock is ahead, to five seconds
	APIDomain string `json:"api_domain"` // data center, or NotZoho
	Protocol  string `json:"protocol"`
	TLS       string `json:"tls"`
	RoundTrip int    `json:"round_trip"` // milliseconds, one, two or five times a power of ten, rounded down
}

// Call is one call, or several that were answered alike.
type Call struct {
	Ask     string            `json:"ask"`
	Times   int               `json:"times"`
	Answer  string            `json:"answer"`            // status, and code
	Headers map[string]string `json:"headers,omitempty"` // the known ones; the value where it is about nobody
	Others  int               `json:"other_headers,omitempty"`
	Shape   map[string]string `json:"shape,omitempty"` // of JSON: what types are where
}

func newReport(apiDomain string) *Report {
	r := &Report{Name: reportName, Version: reportVersion}
	r.Answers.Modules = map[string]string{}
	r.Answers.APIDomain = NotZoho
	for _, dc := range bigin.DataCenters() {
		if dc.APIURL == apiDomain {
			r.Answers.APIDomain = dc.Name
		}
	}
	return r
}

// note adds a call that was made alone.
func (r *Report) note(res *result) {
	r.Calls = append(r.Calls, res.describe())
	switch res.status {
	case http.StatusTooManyRequests:
		r.throttled, r.Answers.Limited = true, Yes
	case 0:
		r.silent++
	}
}

// vain reports whether further calls would have no answer but those before.
func (r *Report) vain() bool { return r.throttled || r.silent >= maxSilent }

// noteAll adds calls that asked for the same, by their answer.
func (r *Report) noteAll(results []*result) {
	byAnswer := map[string]*Call{}
	for _, res := range results {
		c := res.describe()
		if seen := byAnswer[c.Answer]; seen != nil {
			seen.Times++
			continue
		}
		byAnswer[c.Answer] = &c
	}
	var all []Call
	for _, c := range byAnswer {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Call) int { return strings.Compare(a.Answer, b.Answer) })
	r.Calls = append(r.Calls, all...)
}

// photo takes what the answer for a photo tells.
func (r *Report) photo(res *result) {
	a := &r.Answers
	a.Photo = res.outcome()
	if res.status != http.StatusOK {
		return
	}
	if a.PhotoLength = WithLength; res.chunked {
		a.PhotoLength = Chunked
	}
	a.PhotoType = knownType(res.header.Get("Content-Type"))
	if a.PhotoBytes = http.DetectContentType(res.body); !strings.HasPrefix(a.PhotoBytes, "image/") {
		a.PhotoBytes = NoPicture
	}
	a.ETag, a.LastModified = yes(res.header.Get("ETag") != ""), yes(res.header.Get("Last-Modified") != "")
	a.CacheControl = knownDirectives(res.header.Get("Cache-Control"))
}

// wire takes what all answers together told of the way to Bigin.
func (r *Report) wire(l *line) {
	a := &r.Answers
	r.roundTrip = l.fastest
	a.Credits = yes(l.credits)
	a.Protocol, a.TLS, a.Date = oneOf(l.protocol, "HTTP/1.0", "HTTP/1.1", "HTTP/2.0"), l.tls, yes(!l.dateless)
	if n := len(l.skew); n > 0 {
		slices.Sort(l.skew)
		a.ClockSkew = clockGrain * int((l.skew[n/2]/clockGrain).Round(time.Second)/time.Second)
	}
	for unit := 1; unit <= 10_000; unit *= 10 {
		for _, step := range []int{1, 2, 5} {
			if l.fastest >= time.Duration(unit*step)*time.Millisecond {
				a.RoundTrip = unit * step
			}
		}
	}
}

func yes(is bool) string {
	if is {
		return Yes
	}
	return No
}

// outcome is the status of an answer, with Bigin's code if that is known.
func (r *result) outcome() string {
	if r.status == 0 {
		return NoAnswer
	}
	s := strconv.Itoa(r.status)
	if code := r.code(); code != "" {
		s += " " + code
	}
	return s
}
