package bigintest

import (
	"net/http"
	"net/url"
	"time"
)

// Request is one request as the Server saw it.
type Request struct {
	Time            time.Time
	Method, Path    string
	Query           url.Values
	Kind            Kind
	Module          string // of API calls
	ID              int64  // of the record
	Authorization   string // the header as it was sent
	IfModifiedSince string // likewise
	Status          int    // 0 while there is no answer
	Done            bool   // answered whole
}

// logCap bounds the log of a Server that runs for days. The counters go on.
const logCap = 1 << 18

// journal is the log of requests and what is counted of them.
type journal struct {
	requests []*Request
	count    map[Kind]int
	calls    int
	refused  int // 429 answers
}

func (j *journal) add(now time.Time, r *http.Request, t target) *Request {
	q := &Request{
		Time: now, Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(),
		Kind: t.kind, Module: t.module, ID: t.id, Authorization: r.Header.Get("Authorization"), IfModifiedSince: r.Header.Get("If-Modified-Since"),
	}
	if len(j.requests) >= logCap {
		j.requests = append([]*Request(nil), j.requests[logCap/2:]...)
	}
	j.requests = append(j.requests, q)
	if j.count == nil {
		j.count = map[Kind]int{}
	}
	j.count[t.kind]++
	if t.api {
		j.calls++
	}
	return q
}

// Requests returns the log, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := make([]Request, len(s.log.requests))
	for i, q := range s.log.requests {
		log[i] = *q
	}
	return log
}

// Count returns how many requests of the kind came since ResetLog.
func (s *Server) Count(k Kind) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.count[k]
}

// Calls returns how many API calls of every kind came since ResetLog, refused
// ones included. Requests to the accounts server are not API calls.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.calls
}

// Status429 returns how many requests were answered 429 since ResetLog.
func (s *Server) Status429() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.refused
}

// MaxInFlight returns how many API calls there were at most at once since
// ResetLog, refused ones included. A call is in flight until its body is sent.
func (s *Server) MaxInFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gate.most
}

// ResetLog empties the log and sets the counters to zero. The day's credits
// stay used.
func (s *Server) ResetLog() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = journal{}
	s.gate.most = s.gate.inFlight
}
