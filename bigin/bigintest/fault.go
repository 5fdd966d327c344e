package bigintest

import (
	"net/http"
	"net/url"
	"path"
	"time"
)

// Fault is something that goes wrong. A request gets the first fault that
// matches it and is not used up, whether it is for the API server or for the
// accounts server. A request that is refused because of a limit gets none.
type Fault struct {
	Method string // "" is any
	Path   string // pattern of path.Match on the URL's path; "" is any
	Kind   Kind   // "" is any
	Later  bool   // only for the pages of a list after the first
	Skip   int    // this many matching requests pass first
	Count  int    // then this many fail; 0 is all

	Delay time.Duration // before the headers

	// A Bigin error instead of the true answer. Code alone or Status alone will
	// do: the rest comes from Zoho's table of errors. A Status below 300 comes
	// without a body.
	Status        int
	Code, Message string

	Body        []byte // sent instead of the true answer, with Status or else 200
	ContentType string // of Body, or of the true answer

	Set          map[string]any // changes values of the JSON object in the answer; nil removes one
	Header       http.Header    // adds header fields, or replaces them
	RetryAfter   time.Duration  // sent in whole seconds, rounded up
	RedirectLoop bool           // redirects to a new address each time, for ever

	Wrong   Wrong // what is wrong with a list
	Inflate int64 // this many spaces before the body, sent compressed to a thousandth of their size

	StallHeaders bool  // hangs before the headers until the client goes away or ClearFaults is called
	StallAfter   int   // hangs likewise after this many bytes of the body
	Silent       bool  // hangs, and the connection goes dead: not even pings are answered; needs an Endpoint
	Rate         int   // bytes a second of the body; 0 is no limit
	Length       int64 // announces this Content-Length instead of the true one
	Undelimited  bool  // the body ends when the connection does; HTTP/1 only

	// The connection is cut: before the answer, in the middle of its headers,
	// right after them, or after this many bytes of the body.
	Cut, CutHeaders, CutBody bool
	CutAfter                 int
	By                       End // how it is cut
}

// scripted is a Fault, and how many requests have matched it.
type scripted struct {
	Fault
	met int
}

// AddFault adds a fault. Earlier faults come first.
func (s *Server) AddFault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &scripted{Fault: f})
}

// ClearFaults removes all faults. Requests that wait for a Delay go on at once;
// the connections of those that hang are closed.
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

// answer returns what the fault answers instead of the truth, if it does.
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
