package integration_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// failure is a row of the error table: what Bigin answers to the request for a
// photo, and what a program reads for it.
type failure struct {
	name  string
	fault bigintest.Fault
	errno string
	calls int      // for the photo, by the first reader; 0 is any number
	again int      // by the second reader soon after; -1 is any number
	log   []string // what the one warning of each operation holds; nil for none
}

const denied = "Permission denied to download images"

var failures = []failure{
	// The table on the page of the photo endpoint, row by row.
	{"INVALID_MODULE, a wrong name", bigintest.Fault{Code: "INVALID_MODULE"}, "ENOENT", 1, 0, nil},
	{"INVALID_MODULE, not supported", bigintest.Fault{Code: "INVALID_MODULE", Message: "The given module is not supported in API"}, "ENOENT", 1, 0, nil},
	{"INVALID_URL_PATTERN", bigintest.Fault{Code: "INVALID_URL_PATTERN"}, "ENOENT", 1, 0, nil},
	{"OAUTH_SCOPE_MISMATCH", bigintest.Fault{Code: "OAUTH_SCOPE_MISMATCH"}, "EACCES", 1, 0,
		[]string{"level=WARN", "code=OAUTH_SCOPE_MISMATCH", "status=401", "Create a new client with valid scope"}},
	{"NO_PERMISSION", bigintest.Fault{Code: "NO_PERMISSION"}, "EACCES", 1, 0,
		[]string{"level=WARN", "code=NO_PERMISSION", "status=403", denied, "Contact your system administrator"}},
	{"INTERNAL_ERROR", bigintest.Fault{Code: "INTERNAL_ERROR"}, "EIO", 4, -1,
		[]string{"level=WARN", "code=INTERNAL_ERROR", "status=500", "Contact support team"}},
	{"INVALID_REQUEST_METHOD", bigintest.Fault{Code: "INVALID_REQUEST_METHOD"}, "EIO", 1, -1,
		[]string{"level=ERROR", "code=INVALID_REQUEST_METHOD", "status=400", "Specify a valid request method"}},
	{"AUTHORIZATION_FAILED", bigintest.Fault{Code: "AUTHORIZATION_FAILED"}, "EACCES", 1, 0,
		[]string{"level=WARN", "code=AUTHORIZATION_FAILED", "status=400", "Contact your system administrator"}},

	// Beyond that page.
	{"204", bigintest.Fault{Status: 204}, "ENOENT", 1, 0, nil},
	{"INVALID_DATA", bigintest.Fault{Code: "INVALID_DATA"}, "ENOENT", 1, 0, nil},
	{"502 with a page", bigintest.Fault{Status: 502, Body: []byte("<html>Bad Gateway</html>"), ContentType: "text/html"}, "EIO", 4, -1,
		[]string{"level=WARN", "HTTP 502"}},
	{"RECORD_LOCKED", bigintest.Fault{Code: "RECORD_LOCKED"}, "EIO", 1, -1, []string{"code=RECORD_LOCKED"}},
	{"a code nobody knows", bigintest.Fault{Status: 418, Code: "TEAPOT", Message: "short and stout"}, "EIO", 1, -1, []string{"code=TEAPOT"}},
	{"an error with no body", bigintest.Fault{Status: 403, Body: []byte("{")}, "EIO", 1, -1, []string{"HTTP 403"}},

	{"JSON with status 200", bigintest.Fault{Body: []byte(`{"status":"error"}`), ContentType: "image/png"}, "EIO", 1, -1,
		[]string{"level=ERROR", "not an image"}},
	{"HTML with status 200", bigintest.Fault{Body: []byte("<!DOCTYPE html><title>Sign in</title>"), ContentType: "image/jpeg"}, "EIO", 1, -1,
		[]string{"level=ERROR", "not an image"}},
	{"nothing with status 200", bigintest.Fault{Status: 200}, "EIO", 0, -1, []string{"level="}},

	{"no answer", bigintest.Fault{Cut: true}, "EIO", 0, -1, []string{"level=WARN"}},
	{"always cut in the head", bigintest.Fault{CutAfter: 10}, "EIO", 4, -1, []string{"level=WARN", "ended early"}},
}

// Each row for a record that nobody listed, where the first request tells all,
// and for one that is known from a listing.
func TestErrorTable(t *testing.T) {
	t.Parallel()
	for _, listed := range []bool{false, true} {
		t.Run(fmt.Sprintf("listed %v", listed), func(t *testing.T) {
			t.Parallel()
			const apart = 4 // no neighbours, or some would be fetched ahead
			s, ids := organisation(apart*len(failures)+1, 20_000)
			m := mount(t, s)
			if listed {
				m.run("ls", m.path("Contacts"))
			}
			for i, f := range failures {
				t.Run(f.name, func(t *testing.T) { f.check(t, m, ids[apart*i]) })
			}
			// None of it did the mount any harm.
			last := ids[len(ids)-1]
			if got := m.run("cat", m.photo("Contacts", last)); got != string(s.Photo("Contacts", last)) {
				t.Error("a photo that nothing is wrong with differs")
			}
		})
	}
}

func (f *failure) check(t *testing.T, m *mounted, id int64) {
	fault := f.fault
	fault.Path = fmt.Sprintf("/bigin/v2/Contacts/%d/photo", id)
	m.AddFault(fault)
	photo := m.photo("Contacts", id)
	logged := len(m.warnings())

	if got := m.errnoOf(photo); got != f.errno {
		t.Errorf("reading it: %s, want %s", got, f.errno)
	}
	calls := m.photoCalls(id)
	if f.calls > 0 && calls != f.calls {
		t.Errorf("%d calls for the photo, want %d", calls, f.calls)
	}
	if r := m.try("cat", photo); r.code != 1 || r.out != "" || !strings.Contains(r.stderr, messages[f.errno]) {
		t.Errorf("cat ended with %d, %d bytes and %q, want %q", r.code, len(r.out), r.stderr, messages[f.errno])
	}
	if again := m.photoCalls(id) - calls; f.again >= 0 && again != f.again {
		t.Errorf("%d more calls for the second reader, want %d", again, f.again)
	}

	warnings := m.warnings()[logged:]
	if f.log == nil {
		if len(warnings) > 0 {
			t.Errorf("what is not there is no failure, yet the log says %q", warnings)
		}
		return
	}
	m.expect(append([]string{"operation failed", "op=lookup", strconv.FormatInt(id, 10), "errno=" + f.errno}, f.log...)...)
	if len(warnings) != 2 {
		t.Errorf("%d lines in the log for two operations that failed: %q", len(warnings), warnings)
	}
}

// photoCalls counts the requests for one photo.
func (s *site) photoCalls(id int64) (n int) {
	for _, r := range s.Requests() {
		if r.Kind == bigintest.KindPhoto && r.ID == id {
			n++
		}
	}
	return n
}

// Trouble that passes is overcome, and nobody sees an error.
func TestPassingTroubleIsOvercome(t *testing.T) {
	t.Parallel()
	faults := []bigintest.Fault{
		{Code: "INTERNAL_ERROR", Count: 2},
		{Cut: true, Count: 2},
		{CutAfter: 200, Count: 1},     // before the picture is recognised
		{CutAfter: 1000, Count: 1},    // in what the first read wants
		{CutAfter: 190_000, Count: 2}, // at the end
		{Status: 429, Count: 1},
		{Status: 429, Count: 1, RetryAfter: time.Second},
		{Code: "INVALID_TOKEN", Count: 1},
	}
	for _, chunked := range []bool{false, true} {
		t.Run(fmt.Sprintf("chunked %v", chunked), func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(len(faults), 200_000)
			s.Behaviour.Chunked = chunked
			m := mount(t, s)
			for i, f := range faults {
				f.Path = fmt.Sprintf("/bigin/v2/Contacts/%d/photo", ids[i])
				s.AddFault(f)
				if got := m.run("cat", m.photo("Contacts", ids[i])); got != string(s.Photo("Contacts", ids[i])) {
					t.Errorf("after %+v the photo has %d bytes and differs", f, len(got))
				}
			}
		})
	}
}

// A body that is always cut in the middle is an error at the place where it
// ends, and no program takes it for a whole file.
func TestCutBodyIsNeverAShortFile(t *testing.T) {
	t.Parallel()
	const size = 400_000
	s, ids := organisation(1, size)
	m := mount(t, s)
	s.AddFault(bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", CutAfter: 250_000})
	m.expect("operation failed", "errno=EIO", "ended early")
	if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "EIO" {
		t.Errorf("reading it: %s, want EIO", got)
	}
	r := m.try("cat", m.photo("Contacts", ids[0]))
	if r.code != 1 || !strings.Contains(r.stderr, messages["EIO"]) || !strings.HasPrefix(string(s.Photo("Contacts", ids[0])), r.out) {
		t.Errorf("cat ended with %d, %d bytes and %q", r.code, len(r.out), r.stderr)
	}
	s.ClearFaults()
	eventually(t, "the photo heals", func() bool {
		return m.try("cat", m.photo("Contacts", ids[0])).out == string(s.Photo("Contacts", ids[0]))
	})
}

// A record that is not there, in the two ways in which Bigin may say so.
func TestUnknownRecord(t *testing.T) {
	t.Parallel()
	for _, photo204 := range []bool{false, true} {
		for _, record400 := range []bool{false, true} {
			t.Run(fmt.Sprintf("photo 204 %v, record 400 %v", photo204, record400), func(t *testing.T) {
				s, ids := organisation(1, 2000)
				s.Behaviour.MissingPhoto204, s.Behaviour.MissingRecord400 = photo204, record400
				m := mount(t, s)
				unknown := ids[0] + 1000
				m.fails(m.photo("Contacts", unknown), "ENOENT")
				if n := s.Calls(); n > 2 {
					t.Errorf("%d calls, want at most 2", n)
				}
				if got := m.errnoOfList(m.path("Contacts", strconv.FormatInt(unknown, 10))); got != "ENOENT" {
					t.Errorf("listing its directory: %s, want ENOENT", got)
				}
			})
		}
	}
}

func TestScopeOfOneModuleOnly(t *testing.T) {
	t.Parallel()
	s := threeModules()
	s.Behaviour.Scopes = []string{"ZohoBigin.modules.contacts.READ", "ZohoBigin.modules.products.ALL"}
	m := mount(t, s)
	m.expect("errno=EACCES", "OAUTH_SCOPE_MISMATCH")
	for module, want := range map[string]bool{"Contacts": true, "Accounts": false, "Products": true} {
		id := s.IDs(module)[0]
		got, list := m.errnoOf(m.photo(module, id)), m.errnoOfList(m.path(module))
		if want && (got != "OK 512" || !strings.HasPrefix(list, "OK ")) || !want && (got != "EACCES" || list != "EACCES") {
			t.Errorf("%s: reading %s, listing %s", module, got, list)
		}
	}
	if n := s.Count(bigintest.KindToken); n != 1 {
		t.Errorf("%d access tokens were made: a scope that is too narrow is no reason for another", n)
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	for _, chunked := range []bool{false, true} {
		t.Run(fmt.Sprintf("chunked %v", chunked), func(t *testing.T) {
			s := &bigintest.Server{Behaviour: bigintest.Behaviour{Chunked: chunked}}
			fits := s.Add("Contacts", bigintest.Record{Last: "fits", Photo: photoOf(100<<10, 1)})
			large := s.Add("Contacts", bigintest.Record{Last: "does not", Photo: photoOf(100<<10+1, 2)})
			m := mount(t, s, "--max-photo-size", "100KiB")
			m.expect("errno=EFBIG")
			m.fails(m.photo("Contacts", large), "EFBIG")
			if got := m.errnoOf(m.photo("Contacts", fits)); got != "OK 102400" {
				t.Errorf("the largest that is allowed: %s", got)
			}
		})
	}
}

// An operation ends at its deadline, whichever way the server is slow.
func TestDeadline(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]bigintest.Fault{
		"no answer":             {StallHeaders: true},
		"silence after a start": {StallAfter: 2000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ids := organisation(2, 500_000)
			m := mount(t, s, "--timeout", "2s")
			f.Path = fmt.Sprintf("/bigin/v2/Contacts/%d/photo", ids[0])
			s.AddFault(f)
			m.expect("errno=ETIMEDOUT")
			if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "ETIMEDOUT" {
				t.Errorf("reading it: %s, want ETIMEDOUT", got)
			}
			if got := m.errnoOf(m.photo("Contacts", ids[1])); got != "OK 500000" {
				t.Errorf("another photo: %s", got)
			}
			eventually(t, "the download is given up", func() bool { return m.inFlight.Load() == 0 })
			s.ClearFaults()
			eventually(t, "the photo is read", func() bool { return m.errnoOf(m.photo("Contacts", ids[0])) == "OK 500000" })
		})
	}
}
