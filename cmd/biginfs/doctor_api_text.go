package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/probe"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// What doctor --api says. Each line says what was seen, and then what biginfs makes
// of it. A warning is something that makes biginfs slower, more expensive or less
// up to date than elsewhere; a failure is something it cannot do without.

// verdict sums up all findings.
type verdict struct {
	stops  []string // why it does not work
	limits []string // with what limits it works
	open   bool     // something could not be asked for want of records
}

func (v verdict) severity() severity {
	switch {
	case len(v.stops) > 0:
		return failed
	case len(v.limits) > 0:
		return warning
	}
	return good
}

// sentence puts the verdict into words.
func (v verdict) sentence() string {
	switch {
	case len(v.stops) > 0:
		return "biginfs does not work with this account: " + strings.Join(v.stops, "; ") + "."
	case len(v.limits) > 0:
		return "biginfs works with this account, with these limits: " + strings.Join(v.limits, "; ") + "."
	case v.open:
		return "biginfs works with this account, as far as an account with so little in it can tell."
	}
	return "biginfs works with this account."
}

// reading turns answers into findings.
type reading struct {
	a       probe.Answers
	found   []finding
	verdict verdict
}

// apiFindings puts a report into words.
func apiFindings(r *probe.Report, s *settings.Settings) ([]finding, verdict) {
	read := &reading{a: r.Answers}
	read.modules(s)
	if len(read.verdict.stops) == 0 {
		read.photos()
		read.missing()
		read.lists()
		read.removals()
	}
	if !read.deaf() {
		read.limits(r, s)
	}
	read.wire()
	return read.found, read.verdict
}

// deaf reports whether nothing was answered.
func (r *reading) deaf() bool { return r.a.AtOnce == 0 && r.a.Limited == probe.Unknown }

func (r *reading) ok(check, format string, args ...any) {
	r.found = append(r.found, finding{check, good, fmt.Sprintf(format, args...), ""})
}

// open adds a question that could not be asked.
func (r *reading) open(check, text string) {
	r.verdict.open = true
	r.ok(check, "%s", text)
}

// limit adds a warning, and what it means in a few words.
func (r *reading) limit(means, check, text, remedy string) {
	r.found = append(r.found, finding{check, warning, text, remedy})
	if !slices.Contains(r.verdict.limits, means) {
		r.verdict.limits = append(r.verdict.limits, means)
	}
}

// stop adds a failure, and what it means in a few words.
func (r *reading) stop(means, check, text, remedy string) {
	r.found = append(r.found, finding{check, failed, text, remedy})
	r.verdict.stops = append(r.verdict.stops, means)
}

func (r *reading) modules(s *settings.Settings) {
	var refused []string
	for _, m := range bigin.Modules() {
		switch answer := r.a.Modules[string(m)]; answer {
		case "200":
			r.ok(string(m), "answers")
		case "204":
			r.ok(string(m), "answers, and is empty")
		case probe.Unknown: // nothing had an answer
			refused = append(refused, string(m))
			r.found = append(r.found, finding{string(m), failed, "was not asked", ""})
		default:
			refused = append(refused, string(m))
			status, code, _ := strings.Cut(answer, " ")
			f := finding{string(m), failed, "answers " + answer, byErrno["EIO"].remedy}
			if answer == probe.NoAnswer {
				f.Text = "does not answer"
			}
			if known, ok := byCode[bigin.Code(code)]; ok {
				f.Text += ": " + known.means
				f.Remedy = known.remedy
				if strings.Contains(f.Remedy, "%s") {
					f.Remedy = "run " + s.LoginCommand() + " again and grant " + m.ReadScope()
				}
			} else if status == "429" {
				f.Remedy = byCode[bigin.TooManyRequests].remedy
			}
			r.found = append(r.found, f)
		}
	}
	switch {
	case len(refused) == len(bigin.Modules()):
		r.verdict.stops = append(r.verdict.stops, "none of its modules can be listed")
	case len(refused) > 0:
		r.verdict.limits = append(r.verdict.limits, strings.Join(refused, " and ")+" cannot be listed")
	}
}

func (r *reading) photos() {
	const check = "photo"
	switch {
	case r.a.Photo == probe.Unknown:
		r.open(check, "no record with a photo was found to ask for")
		return
	case r.a.Photo != "200":
		r.stop("its photos cannot be had", check, "answers "+r.a.Photo, byCode[bigin.NoPermission].remedy)
		return
	case r.a.PhotoBytes == probe.NoPicture:
		r.stop("what comes as a photo is no picture", check, "what comes is no picture, but called "+r.a.PhotoType, "report this with --report")
		return
	}
	if r.a.PhotoLength == probe.Chunked {
		r.limit("the size of a photo is known only once all of it has come", "photo size", "comes without Content-Length: looking at a photo's size waits for the whole photo", "")
	} else {
		r.ok("photo size", "comes with Content-Length: a photo is read while it arrives")
	}
	if r.a.PhotoType == r.a.PhotoBytes {
		r.ok("photo type", "is called %s, and is that", r.a.PhotoType)
	} else {
		r.ok("photo type", "is called %q and is %s: biginfs goes by the bytes", r.a.PhotoType, r.a.PhotoBytes)
	}
	r.ok("photo headers", "ETag: %s, Last-Modified: %s, Cache-Control: %q: biginfs goes by the record instead", r.a.ETag, r.a.LastModified, r.a.CacheControl)
	switch {
	case r.a.ImageInList == probe.Unknown && r.a.ImageInRecord == probe.Unknown:
		r.open("Record_Image", "could not be compared")
	case r.a.ImageInList == probe.Differs || r.a.ImageInRecord == probe.Differs:
		r.limit("only Modified_Time tells of new photos", "Record_Image", "is another at each call: biginfs goes by Modified_Time alone", "")
	default:
		r.ok("Record_Image", "is the same at each call: another one is another photo")
	}
}

// missing says how Bigin answers for what does not exist.
func (r *reading) missing() {
	for _, c := range []struct{ check, answer string }{
		{"unknown record", r.a.MissingRecord}, {"photo of an unknown record", r.a.MissingPhoto}, {"photo of a record without", r.a.NoPhoto},
	} {
		switch c.answer {
		case probe.Unknown:
			r.open(c.check, "there was none to ask for")
		case "204", "400 INVALID_DATA":
			r.ok(c.check, "answers %s: no such file", c.answer)
		default:
			r.limit("what does not exist is an error to programs", c.check, "answers "+c.answer+", which biginfs takes for an error and not for absence", "report this with --report")
		}
	}
}

func (r *reading) lists() {
	switch r.a.SortByID {
	case probe.Honoured:
		r.ok("sort by id", "honoured: listings come in order")
	case probe.Unknown:
		r.open("sort by id", "there are too few records to tell")
	default:
		r.stop("its records cannot be listed by id", "sort by id", r.a.SortByID+": biginfs cannot tell whether a listing is whole", "report this with --report")
	}
	const listsAgain = "changes are found only by listing all records again"
	switch {
	case r.a.SortByTime == probe.Unknown:
		r.open("sort by Modified_Time", "there are too few records to tell")
	case r.a.SortByTime != probe.Honoured:
		r.limit(listsAgain, "sort by Modified_Time", r.a.SortByTime+": biginfs lists a module again when its time has passed, at one call for 200 records", "raise --attr-ttl")
	default:
		r.ok("sort by Modified_Time", "honoured: what changed is asked for, at one call for 200 changes")
	}
	if r.a.Date == probe.No {
		r.limit(listsAgain, "date", "answers do not say when they were given: biginfs lists a module again when its time has passed", "raise --attr-ttl")
	}
	if r.a.ListSince != probe.Unknown {
		r.ok("If-Modified-Since on lists", "%s: biginfs does not use it", r.a.ListSince)
	}
	if r.a.PageToken != probe.Unknown {
		r.ok("page token", "is %s to its other parameters: biginfs does not change them", r.a.PageToken)
	}
}

// removals says what the list of deleted records is good for.
func (r *reading) removals() {
	const means = "deleted records stay in listings until --full-listing has passed or somebody looks at them"
	switch {
	case r.a.Deleted == probe.Unknown:
		return
	case r.a.Deleted != probe.Allowed:
		r.limit(means, "deleted records", "answers "+r.a.Deleted+": biginfs does without", "lower --full-listing")
		return
	case r.a.DeletedEnds == probe.No:
		r.limit(means, "deleted records", "the list does not end: biginfs does without", "lower --full-listing")
	case r.a.DeletedEnds == probe.Unknown:
		r.ok("deleted records", "may be asked for; there are none")
	case r.a.DeletedSince == probe.Honoured:
		r.ok("deleted records", "may be asked for, those since a time too: one call")
	default:
		r.ok("deleted records", "may be asked for, but not those since a time alone (%s): one call for 200 that were ever deleted", r.a.DeletedSince)
	}
	if r.a.DeletedOrder != probe.Unknown {
		r.ok("their order", "%s: biginfs takes any", r.a.DeletedOrder)
	}
}

func (r *reading) limits(rep *probe.Report, s *settings.Settings) {
	const check = "calls at once"
	switch {
	case r.a.Limited == probe.Yes && r.a.AtOnce == 0:
		r.stop("it takes no calls at the moment", check, "Bigin takes no more calls for now", byCode[bigin.TooManyRequests].remedy)
	case r.a.Limited == probe.Yes:
		after := "without saying for how long"
		if r.a.RetryAfter != probe.No {
			after = "for " + r.a.RetryAfter + " s"
		}
		r.limit(fmt.Sprintf("no more than %d calls at once", r.a.AtOnce), check,
			fmt.Sprintf("%d were answered and the rest refused, %s: biginfs finds its pace, but slower than if it knew", r.a.AtOnce, after),
			fmt.Sprintf("--concurrency %d", r.a.AtOnce))
	default:
		r.ok(check, "%d were answered, as many as were tried", r.a.AtOnce)
	}
	if r.a.Credits == probe.Yes {
		r.ok("credits", "answers say how many are left: --credit-reserve works")
	} else {
		r.ok("credits", "answers do not say how many are left, or not yet: Bigin does once half of the day's are used")
	}
	if rtt := rep.RoundTrip(); rtt > 0 {
		copying := min(int(s.Concurrency), max(r.a.AtOnce, 1))
		r.ok("pace", "an answer begins after %v: 1,000 records are listed in about %v, and 1,000 photos copied in about %v if the line is not what holds them up",
			roughly(rtt), roughly(rtt*5/2), roughly(rtt*1000/time.Duration(copying)))
	}
}

func roughly(d time.Duration) time.Duration {
	for _, unit := range []time.Duration{time.Second, 100 * time.Millisecond, time.Millisecond, time.Microsecond} {
		if d >= 10*unit {
			return d.Round(unit)
		}
	}
	return d
}

func (r *reading) wire() {
	if skew := time.Duration(r.a.ClockSkew) * time.Second; skew.Abs() > skewAllowed {
		r.found = append(r.found, finding{"clock", warning, fmt.Sprintf("this machine's is %v %s Bigin's", skew.Abs(), aheadOrBehind(skew)), "set the clock: timedatectl set-ntp true"})
	} else if r.a.Date == probe.Yes {
		r.ok("clock", "this machine's and Bigin's agree")
	}
	if slices.Contains(bigin.DataCenterNames(), r.a.APIDomain) {
		r.ok("data center", "%s", r.a.APIDomain)
	} else {
		r.ok("data center", "%s: the API is at an address that somebody named", r.a.APIDomain)
	}
	if r.a.TLS != "" {
		r.ok("connection", "%s over %s", r.a.Protocol, r.a.TLS)
	} else {
		r.ok("connection", "%s without TLS", r.a.Protocol)
	}
}

// aheadOrBehind says how this clock compares with one that is that far ahead of it.
func aheadOrBehind(theirs time.Duration) string {
	if theirs > 0 {
		return "behind"
	}
	return "ahead of"
}
