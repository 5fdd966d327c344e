package bigintest

import (
	"net/http"
	"net/url"
	"path"
	"time"
)

// Fault is something that goes wrong on the way. Of all faults the first that
// matches a request and has Count left is applied, to requests of the API
// server as well as the accounts server, but not to those refused for a limit.
type Fault struct {
	Method string // "" is any
	Path   string // pattern of path.Match on the URL's path; "" is any
	Kind   Kind   // "" is any
	Later  bool   // only pages of a list after the first
	Skip   int    // so many matching requests pass first
	Count  int    // so many are then struck; 0 is all

	Delay time.Duration // before the headers

	// A Bigin error instead of the true answer. What is left out is taken from
	// Zoho's table: Code alone or Status alone will do. A Status below 300 has
	// no body.
	Status        int
	Code, Message string

	Body        []byte // instead of the true answer, with Status; 0 is 200
	ContentType string // of Body, or instead of the true type

	Set          map[string]any // values of the answer's JSON object to be changed; nil takes one away
	Header       http.Header    // header fields beside the true ones, or instead of them
	RetryAfter   time.Duration  // sent in whole seconds, rounded up
	RedirectLoop bool           // sends the client to another address each time, and never to an end

	Wrong   Wrong // a list that is not one
	Inflate int64 // so many spaces before the body, which gzip makes a thousandth of it

	StallHeaders bool  // never answers, until the client goes away or ClearFaults
	StallAfter   int   // stalls likewise after so many bytes of the body
	Silent       bool  // StallHeaders, and nothing else comes over the connection either, not even answers to pings; only at an Endpoint
	Rate         int   // bytes a second of the body; 0 is no limit
	Length       int64 // announces this Content-Length instead of the true one
	Undelimited  bool  // the end of the body is where the connection ends; HTTP/1 only

	// Where the connection is cut: without any answer, within the headers,
	// right after them, or after so many bytes of the body.
	Cut, CutHeaders, CutBody bool
	CutAfter                 int
	By                       End // how it is cut
}

// scripted is a Fault and how often it was met.
type scripted struct {
	Fault
	met int
}

// AddFault adds a fault after those that are there.
func (s *Server) AddFault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &scripted{Fault: f})
}

// ClearFaults removes all faults, cuts their delays short, and ends the answers
// that are stalled by closing their connections.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	if s.release != nil {
		close(s.release)
		s.release = nil
	}
}

// matchFault finds the fault of a request. The caller holds s.mu.
func (s *Server) matchFault(r *http.Request, k Kind) Fault {
	for _, f := range s.faults {
		if f.Method != "" && f.Method != r.Method {
			continue
		}
		if f.Path != "" {
			if ok, err := path.Match(f.Path, r.URL.Path); !ok || err != nil {
				continue
			}
		}
		if f.Kind != "" && f.Kind != k || f.Later && !isLaterPage(r.URL.Query()) {
			continue
		}
		if f.Count > 0 && f.met >= f.Skip+f.Count {
			continue
		}
		if f.met++; f.met > f.Skip {
			return f.Fault
		}
	}
	return Fault{}
}

func isLaterPage(q url.Values) bool {
	page := q.Get("page")
	return q.Get("page_token") != "" || page != "" && page != "1"
}

// answer is the answer that the fault puts in the place of the true one, if
// it does.
func (f *Fault) answer() (answer, bool) {
	var a answer
	switch {
	case f.Body != nil:
		a = answer{status: or(f.Status, 200), contentType: f.ContentType, body: f.Body}
	case f.Status != 0 && f.Status < 300:
		a = answer{status: f.Status, contentType: f.ContentType}
	case f.Status != 0 || f.Code != "":
		e := completeRow(f.Code, f.Status)
		a = failure(or(f.Status, e.status), or(f.Code, e.code), or(f.Message, e.message))
	default:
		return answer{}, false
	}
	a.retryAfter = f.RetryAfter
	return a, true
}
