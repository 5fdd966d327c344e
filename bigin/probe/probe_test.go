package probe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// plain is what the zero Behaviour answers.
func plain() Answers {
	return Answers{
		Modules:       map[string]string{"Contacts": "200", "Accounts": "200", "Products": "200"},
		MissingRecord: "204", MissingPhoto: "400 INVALID_DATA", NoPhoto: "204",
		Photo: "200", PhotoLength: WithLength, PhotoType: "image/png", PhotoBytes: "image/png",
		ETag: No, LastModified: No, CacheControl: "no-store, no-cache, must-revalidate, private",
		ImageInList: Same, ImageInRecord: Same,
		SortByID: Honoured, SortByTime: Honoured, ListSince: Ignored, PageToken: Bound,
		Deleted: Allowed, DeletedOrder: NewestFirst, DeletedEnds: Yes, DeletedSince: Ignored,
		AtOnce: 10, Limited: No, Credits: No, Date: Yes, APIDomain: NotZoho, Protocol: "HTTP/1.1", RoundTrip: 100,
	}
}

// switches are the behaviours, each with what it changes in the answers. Those
// of one kind exclude each other.
var switches = []struct {
	name, kind string
	set        func(*bigintest.Behaviour)
	want       func(*Answers)
}{
	{"MissingPhoto204", "", func(b *bigintest.Behaviour) { b.MissingPhoto204 = true }, func(a *Answers) { a.MissingPhoto = "204" }},
	{"MissingRecord400", "", func(b *bigintest.Behaviour) { b.MissingRecord400 = true }, func(a *Answers) { a.MissingRecord = "400 INVALID_DATA" }},
	{"Chunked", "", func(b *bigintest.Behaviour) { b.Chunked = true }, func(a *Answers) { a.PhotoLength = Chunked }},
	{"ContentType", "", func(b *bigintest.Behaviour) { b.ContentType = "application/x-download" }, func(a *Answers) { a.PhotoType = "application/x-download" }},
	{"ETag", "", func(b *bigintest.Behaviour) { b.ETag = true }, func(a *Answers) { a.ETag = Yes }},
	{"LastModified", "", func(b *bigintest.Behaviour) { b.LastModified = true }, func(a *Answers) { a.LastModified = Yes }},
	{"CacheControl", "", func(b *bigintest.Behaviour) { b.CacheControl = "private, max-age=60" }, func(a *Answers) { a.CacheControl = "private, max-age=60" }},
	{"VolatileImage", "", func(b *bigintest.Behaviour) { b.VolatileImage = true }, func(a *Answers) { a.ImageInList, a.ImageInRecord = Differs, Differs }},
	{"Conditional", "conditional", func(b *bigintest.Behaviour) { b.Conditional = true }, func(a *Answers) { a.ListSince = "304" }},
	{"Conditional204", "conditional", func(b *bigintest.Behaviour) { b.Conditional, b.Conditional204 = true, true }, func(a *Answers) { a.ListSince = "204" }},
	{"SortByIgnored", "", func(b *bigintest.Behaviour) { b.SortByIgnored = true }, func(a *Answers) { a.SortByTime = Ignored }},
	{"SortOrderIgnored", "", func(b *bigintest.Behaviour) { b.SortOrderIgnored = true }, func(a *Answers) { a.SortByID = Ignored }},
	{"PageTokenUnbound", "", func(b *bigintest.Behaviour) { b.PageTokenUnbound = true }, func(a *Answers) { a.PageToken = Unbound }},
	{"DeletedRefused 401", "deleted", func(b *bigintest.Behaviour) { b.DeletedRefused = 401 }, func(a *Answers) { a.Deleted = "401 OAUTH_SCOPE_MISMATCH" }},
	{"DeletedRefused 403", "deleted", func(b *bigintest.Behaviour) { b.DeletedRefused = 403 }, func(a *Answers) { a.Deleted = "403 NO_PERMISSION" }},
	{"DeletedRefused 404", "deleted", func(b *bigintest.Behaviour) { b.DeletedRefused = 404 }, func(a *Answers) { a.Deleted = "404 INVALID_URL_PATTERN" }},
	{"DeletedOrder oldest", "order", func(b *bigintest.Behaviour) { b.DeletedOrder = bigintest.OldestFirst }, func(a *Answers) { a.DeletedOrder = OldestFirst }},
	{"DeletedOrder unsorted", "order", func(b *bigintest.Behaviour) { b.DeletedOrder = bigintest.Unsorted }, func(a *Answers) { a.DeletedOrder = Unsorted }},
	{"DeletedEndless", "", func(b *bigintest.Behaviour) { b.DeletedEndless = true }, func(a *Answers) { a.DeletedEnds = No }},
	{"DeletedConditional", "", func(b *bigintest.Behaviour) { b.DeletedConditional = true }, func(a *Answers) { a.DeletedSince = Honoured }},
	{"Concurrency", "limit", func(b *bigintest.Behaviour) { b.Concurrency = 4 }, func(a *Answers) { a.AtOnce, a.Limited, a.RetryAfter = 4, Yes, No }},
	{"RetryAfter", "limit", func(b *bigintest.Behaviour) { b.Concurrency, b.RetryAfter = 5, 90*time.Second }, func(a *Answers) { a.AtOnce, a.Limited, a.RetryAfter = 5, Yes, "90" }},
	{"CreditsAlways", "credits", func(b *bigintest.Behaviour) { b.Credits, b.CreditsSent = 1000, bigintest.CreditsAlways }, func(a *Answers) { a.Credits = Yes }},
	{"CreditsAfterHalf", "credits", func(b *bigintest.Behaviour) { b.Credits = 1000 }, func(*Answers) {}},
	{"clock behind", "clock", func(b *bigintest.Behaviour) { b.ClockSkew = -36 * time.Hour }, func(a *Answers) { a.ClockSkew = -36 * 3600 }},
	{"clock ahead", "clock", func(b *bigintest.Behaviour) { b.ClockSkew = 400 * time.Second }, func(a *Answers) { a.ClockSkew = 400 }},
	{"NoDate", "", func(b *bigintest.Behaviour) { b.NoDate = true }, func(a *Answers) { a.Date = No }},
	{"Scopes", "", func(b *bigintest.Behaviour) { b.Scopes = []string{"ZohoBigin.modules.contacts.READ"} }, func(a *Answers) {
		a.Modules["Accounts"], a.Modules["Products"] = "401 OAUTH_SCOPE_MISMATCH", "401 OAUTH_SCOPE_MISMATCH"
	}},
}

// masked takes out what cannot be seen because of something else.
func masked(a Answers) Answers {
	if a.Deleted != Allowed {
		a.DeletedOrder, a.DeletedEnds, a.DeletedSince = Unknown, Unknown, Unknown
	}
	if a.Date == No {
		a.ClockSkew = 0
	}
	return a
}

// Each behaviour, and each pair of them, is told exactly, in no more calls than
// were promised; and the report, played back, gives the same report.
func TestBehavioursAndTheirPairs(t *testing.T) {
	for i, one := range switches {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			for _, other := range switches[i:] {
				if one.name != other.name && one.kind != "" && one.kind == other.kind {
					continue
				}
				var b bigintest.Behaviour
				want := plain()
				for _, s := range []func(*bigintest.Behaviour){one.set, other.set} {
					s(&b)
				}
				for _, w := range []func(*Answers){one.want, other.want} {
					w(&want)
				}
				synctest.Test(t, func(t *testing.T) { tells(t, one.name+" and "+other.name, b, masked(want)) })
			}
		})
	}
}

func TestPlainBehaviour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { tells(t, "none", bigintest.Behaviour{}, plain()) })
}

func tells(t *testing.T, name string, b bigintest.Behaviour, want Answers) {
	t.Helper()
	s := account(b)
	got := run(t, s)
	if !reflect.DeepEqual(got.Answers, want) {
		t.Errorf("%s: %s", name, differences(got.Answers, want))
	}
	if promised := optionsFor(s).Calls(); promised > 25 || s.Calls() > promised {
		t.Errorf("%s: %d calls, %d promised", name, s.Calls(), promised)
	}
	for _, q := range s.Requests() {
		if q.Kind != bigintest.KindToken && q.Method != http.MethodGet {
			t.Errorf("%s: %s %s", name, q.Method, q.Path)
		}
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	played, err := bigintest.FromReport(text)
	if err != nil {
		t.Fatal(err)
	}
	if again := run(t, account(played)); !reflect.DeepEqual(again, got) {
		t.Errorf("%s: played back it is another: %s", name, differences(again, got))
	}
}

// differences lists the lines in which two values differ as JSON.
func differences(got, want any) string {
	lines := func(v any) []string {
		text, err := json.MarshalIndent(v, "", " ")
		if err != nil {
			return []string{err.Error()}
		}
		return strings.Split(string(text), "\n")
	}
	a, b := lines(got), lines(want)
	var out []string
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) {
			return strings.Join(out, "; ") + fmt.Sprintf("; %d lines, want %d", len(a), len(b))
		}
		if a[i] != b[i] {
			out = append(out, fmt.Sprintf("%s, want %s", strings.TrimSpace(a[i]), strings.TrimSpace(b[i])))
		}
	}
	return strings.Join(out, "; ")
}
