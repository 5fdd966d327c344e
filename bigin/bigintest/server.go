package bigintest

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Server is a Bigin organisation in memory: its API server and its accounts
// server in one http.Handler. The zero value is ready and is an empty
// organisation. It is safe for concurrent use.
type Server struct {
	// Behaviour may be set before the first request; after that it is changed
	// only through Configure.
	Behaviour Behaviour

	mu     sync.Mutex
	now    func() time.Time // nil is time.Now
	title  string           // of the organisation, on the consent page
	lastID int64
	tables map[string]*table

	log     journal
	gate    gate
	faults  []*scripted
	release chan struct{} // closed by ClearFaults

	pageKey []byte // authenticates page tokens

	grants  map[string]*grant // by refresh token
	access  map[string]*access
	codes   map[string]*code
	devices map[string]*device // by user code
	refuse  bool
}

// Configure changes the behaviour while the Server is serving.
func (s *Server) Configure(change func(*Behaviour)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.Behaviour)
}

// ServeHTTP answers one call of the API or of the accounts server.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Body != nil {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	}
	// A broken form lacks what is then found missing. Zoho's own SDKs send
	// multipart/form-data.
	_ = r.ParseMultipartForm(1 << 20)
	c := s.begin(w, r)
	defer c.end(false)
	c.send(c.answer())
}

// clock is the time now by Bigin's clock. The caller holds s.mu.
func (s *Server) clock() time.Time { return s.local().Add(s.Behaviour.ClockSkew) }

// local is the time now by the clock of this machine.
func (s *Server) local() time.Time {
	if s.now != nil {
		return s.now()
	}
	return time.Now()
}

// call is one request on its way through the Server.
type call struct {
	s *Server
	w http.ResponseWriter
	r *http.Request
	b Behaviour // as it was when the request came
	target
	entry   *Request
	release <-chan struct{}
	fault   Fault
	refusal *answer // 429, decided on arrival
	credits string  // X-API-CREDITS-REMAINING, "" when it is not sent
	ended   bool
}

// begin logs the call, lets it through the gate or not, and finds its fault.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{s: s, w: w, r: r, b: s.Behaviour, target: parseTarget(r)}
	c.entry = s.log.add(s.local(), r, c.target)
	if c.api {
		c.refusal, c.credits = s.gate.enter(&c.b, s.local())
	}
	if c.refusal == nil {
		c.fault = s.matchFault(r, c.kind)
	}
	if s.release == nil {
		s.release = make(chan struct{})
	}
	c.release = s.release
	return c
}

// end takes the call out of the gate and notes whether it was answered whole.
// It must be called before the last byte is out: a client that has its answer
// may ask the next moment. Only the first call counts.
func (c *call) end(done bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.ended {
		return
	}
	c.ended = true
	c.entry.Done = done
	if c.api && c.refusal == nil {
		c.s.gate.inFlight--
	}
}

// answer decides what is sent, after the waits that come before the headers.
func (c *call) answer() answer {
	if c.refusal != nil {
		return *c.refusal
	}
	c.wait(c.fault.Delay, c.release)
	switch f := &c.fault; {
	case f.Silent:
		c.silence()
		c.stall()
	case f.StallHeaders:
		c.stall()
	case f.Cut:
		c.hangUp()
	case f.CutHeaders:
		c.cutHeaders()
	}
	if c.api {
		c.wait(c.b.latency(c.kind), nil)
	}
	if c.fault.RedirectLoop {
		return c.elsewhere()
	}
	if a, ok := c.fault.answer(); ok {
		return a
	}
	a := c.trueAnswer()
	if c.fault.Set != nil {
		a.set(c.fault.Set)
	}
	if c.fault.ContentType != "" {
		a.contentType = c.fault.ContentType
	}
	return a
}

func (c *call) trueAnswer() answer {
	switch {
	case c.accounts != nil:
		return c.accounts(c)
	case strings.HasPrefix(c.r.URL.Path, "/oauth/"):
		return htmlPage(http.StatusNotFound, "notice", notice{"Not found", "There is no such page on this accounts server."})
	}
	return c.apiAnswer()
}
