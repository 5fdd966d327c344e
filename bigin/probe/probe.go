package probe

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// What a probe may cost.
const (
	maxCalls = 25
	oneByOne = 15 // calls that are made one after the other, at most
	maxBurst = 10 // calls at once

	maxSilent = 2 // calls without an answer, after which no more are made
)

// Options say whom to ask. Tokens is required.
type Options struct {
	Tokens      *bigin.TokenSource
	Transport   http.RoundTripper // what carries the calls; nil is a transport of the probe's own
	Concurrency int               // calls made at once at the end, to see whether Bigin takes them; at most 10
	Reserve     int               // once Bigin says that no more credits than these are left, no call is made
	Timeout     time.Duration     // of a call; 0 means 30 s
	Watch       bool              // leaves calls for WatchUpload
}

// Calls is how many calls Run makes at most.
func (o Options) Calls() int { return oneByOne + o.burst() }

func (o Options) burst() int {
	most := maxBurst
	if o.Watch {
		most = maxCalls - oneByOne - WatchCalls
	}
	return min(max(o.Concurrency, 0), most)
}

// Run asks the account. The error is that of the token, the context's, or
// bigin.ErrReserve: what Bigin answers, refusals included, is in the report.
func Run(ctx context.Context, o Options) (*Report, error) {
	token, err := o.Tokens.Token(ctx)
	if err != nil {
		return nil, err
	}
	p := &probe{line: newLine(o, token.APIDomain, o.Calls()), burst: o.burst(), report: newReport(token.APIDomain)}
	defer p.line.close()
	for _, ask := range []func(context.Context){p.modules, p.changes, p.condition, p.deleted, p.pageTokens, p.record, p.photos, p.many} {
		ask(ctx)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if left, told := p.creditsLeft(); told && o.Reserve > 0 && left <= o.Reserve {
			return nil, fmt.Errorf("%d API credits remain and %d are reserved: %w", left, o.Reserve, bigin.ErrReserve)
		}
		if p.report.vain() {
			break
		}
	}
	p.report.wire(p.line)
	return p.report, nil
}

// probe is a Run under way.
type probe struct {
	*line
	report *Report
	burst  int

	module  bigin.Module // the one that is looked at
	records []record     // its first page, in the order in which they came
	newest  time.Time    // the latest Modified_Time that was seen
	image   map[string]string
	with    string // a record with a photo, "" for none
	without string // a record without one
	highest int64
}

// first is the query of the first page of a module. Only what tells nothing of
// people is asked for.
func first(more ...string) url.Values {
	q := url.Values{"fields": {"Modified_Time,Record_Image"}, "per_page": {"200"}, "sort_by": {"id"}, "sort_order": {"asc"}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return q
}

// modules reads the first page of each module, and settles for the one to look
// at: the first with a record that has a photo and one that has none, else the
// first with a photo, else with records.
func (p *probe) modules(ctx context.Context) {
	a := &p.report.Answers
	best := 0
	for _, m := range bigin.Modules() {
		if p.report.vain() {
			break
		}
		res := p.call(ctx, call{ask: "list " + string(m) + ", by id ascending", path: string(m), query: first()})
		p.report.note(res)
		rows := res.records()
		a.Modules[string(m)] = res.outcome()
		q := &probe{module: m, records: rows, image: map[string]string{}}
		q.look()
		worth := 0
		for i, is := range []bool{rows != nil, q.without != "", q.with != ""} {
			if is {
				worth += 1 << i
			}
		}
		if worth > best {
			best = worth
			p.module, p.records, p.image, p.newest = m, rows, q.image, q.newest
			p.with, p.without, p.highest = q.with, q.without, q.highest
			a.SortByID = inOrder(rows, func(a, b record) int { return cmp.Compare(a.id, b.id) })
		}
	}
	p.module = cmp.Or(p.module, bigin.Contacts)
}

// look finds out what the records of a page have.
func (p *probe) look() {
	for _, r := range p.records {
		p.highest = max(p.highest, r.id)
		p.image[r.text] = r.image
		if r.modified.After(p.newest) {
			p.newest = r.modified
		}
		switch {
		case r.image != "" && p.with == "":
			p.with = r.text
		case r.image == "" && p.without == "":
			p.without = r.text
		}
	}
}

// changes asks for what changed last.
func (p *probe) changes(ctx context.Context) {
	res := p.call(ctx, call{ask: "list, by Modified_Time descending", path: string(p.module),
		query: first("sort_by", "Modified_Time", "sort_order", "desc")})
	p.report.note(res)
	rows := res.records()
	p.report.Answers.SortByTime = inOrder(rows, func(a, b record) int { return b.modified.Compare(a.modified) })
	for _, r := range rows {
		if r.modified.After(p.newest) {
			p.newest = r.modified
		}
	}
}

// inOrder reports whether records are sorted, which takes at least two that the
// order tells apart.
func inOrder(rows []record, order func(a, b record) int) string {
	differ := false
	for i := 1; i < len(rows); i++ {
		switch c := order(rows[i-1], rows[i]); {
		case c > 0:
			return Ignored
		case c < 0:
			differ = true
		}
	}
	if !differ {
		return Unknown
	}
	return Honoured
}

// condition asks for a list that was not modified since.
func (p *probe) condition(ctx context.Context) {
	if p.newest.IsZero() {
		return
	}
	res := p.call(ctx, call{ask: "list, If-Modified-Since", path: string(p.module), query: first(), since: p.since(p.newest)})
	p.report.note(res)
	a := &p.report.Answers.ListSince
	switch res.status {
	case http.StatusOK:
		*a = Ignored
	case http.StatusNotModified, http.StatusNoContent:
		*a = strconv.Itoa(res.status)
	default:
		*a = res.outcome()
	}
}

// since is a time after something that Bigin dated, and not before Bigin's own
// time where that is known.
func (p *probe) since(t time.Time) time.Time {
	t = t.Add(time.Second)
	if p.date.After(t) {
		t = p.date
	}
	return t
}

// deleted asks for what was deleted: the first page, one far behind the last,
// and what was deleted since now.
func (p *probe) deleted(ctx context.Context) {
	a := &p.report.Answers
	ask := func(what, page string, since time.Time) *result {
		q := url.Values{"type": {"all"}, "page": {page}, "per_page": {"200"}}
		res := p.call(ctx, call{ask: "deleted records, " + what, path: string(p.module) + "/deleted", query: q, since: since})
		p.report.note(res)
		return res
	}
	res := ask("first page", "1", time.Time{})
	if res.status != http.StatusOK && res.status != http.StatusNoContent {
		a.Deleted = res.outcome()
		return
	}
	a.Deleted = Allowed
	rows := res.deletions()
	if len(rows) == 0 {
		return
	}
	down := inOrder(rows, func(a, b record) int { return b.modified.Compare(a.modified) })
	up := inOrder(rows, func(a, b record) int { return a.modified.Compare(b.modified) })
	switch {
	case down == Honoured:
		a.DeletedOrder = NewestFirst
	case up == Honoured:
		a.DeletedOrder = OldestFirst
	case down == Ignored:
		a.DeletedOrder = Unsorted
	}
	a.DeletedEnds = Yes
	if res.more() {
		if far := ask("page 500", "500", time.Time{}); far.status == http.StatusOK && far.more() && len(far.deletions()) > 0 {
			a.DeletedEnds = No
		}
	}
	last := time.Time{}
	for _, r := range rows {
		if r.modified.After(last) {
			last = r.modified
		}
	}
	switch res := ask("If-Modified-Since", "1", p.since(last)); res.status {
	case http.StatusOK:
		a.DeletedSince = Ignored
	case http.StatusNotModified, http.StatusNoContent:
		a.DeletedSince = Honoured
	default:
		a.DeletedSince = res.outcome()
	}
}

// pageTokens sees whether a page token is good for another list than its own.
func (p *probe) pageTokens(ctx context.Context) {
	if len(p.records) < 2 {
		return
	}
	res := p.call(ctx, call{ask: "list, one a page", path: string(p.module), query: first("per_page", "1")})
	p.report.note(res)
	token := res.nextPage()
	if token == "" {
		return
	}
	other := first("per_page", "2", "page_token", token)
	res = p.call(ctx, call{ask: "list, two a page by the token of another", path: string(p.module), query: other})
	p.report.note(res)
	switch res.status {
	case http.StatusOK:
		p.report.Answers.PageToken = Unbound
	case http.StatusBadRequest:
		p.report.Answers.PageToken = Bound
	default:
		p.report.Answers.PageToken = res.outcome()
	}
}

// record asks for one record, and for one that is not there.
func (p *probe) record(ctx context.Context) {
	a := &p.report.Answers
	fields := url.Values{"fields": {"Modified_Time,Record_Image"}}
	if p.with != "" {
		res := p.call(ctx, call{ask: "record", path: string(p.module) + "/" + p.with, query: fields})
		p.report.note(res)
		if rows := res.records(); len(rows) == 1 {
			a.ImageInRecord = sameImage(rows[0].image, p.image[p.with])
		}
	}
	res := p.call(ctx, call{ask: "record that is not there", path: string(p.module) + "/" + p.nowhere(), query: fields})
	p.report.note(res)
	a.MissingRecord = res.outcome()
}

func sameImage(a, b string) string {
	if a == b {
		return Same
	}
	return Differs
}

// nowhere is an id far above all that were seen, in the organisation's range.
func (p *probe) nowhere() string {
	if p.highest > math.MaxInt64-1_000_000_007 {
		return "1000000000000000003"
	}
	return strconv.FormatInt(max(p.highest, 1_000_000_000_000_000_000)+1_000_000_007, 10)
}

// photos asks for a photo that is there, and for two that are not.
func (p *probe) photos(ctx context.Context) {
	a := &p.report.Answers
	ask := func(what, id string) *result {
		res := p.call(ctx, call{ask: what, path: string(p.module) + "/" + id + "/photo", photo: true})
		p.report.note(res)
		return res
	}
	if p.with != "" {
		p.report.photo(ask("photo", p.with))
	}
	if p.without != "" {
		a.NoPhoto = ask("photo of a record without", p.without).outcome()
	}
	a.MissingPhoto = ask("photo of a record that is not there", p.nowhere()).outcome()
}
