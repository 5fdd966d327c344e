package bigin

import (
	"time"
)

const (
	rejectsKept   = 8                // tokens remembered, so that the file can't bring one back
	replaceEvery  = time.Minute      // for tokens that never worked: one replacement in this time
	replaceWindow = 10 * time.Minute // for any: replaceMost in this time, half of what Zoho allows
	replaceMost   = 5
)

// rejects remembers the tokens that Bigin refused before they expired, and keeps
// a Bigin that refuses every token from using up the 10 grants.
type rejects struct {
	tokens   []string
	last     *heldToken  // refused and not replaced yet
	replaced []time.Time // when a refused token was replaced by a new one, oldest first
}

func (r *rejects) add(h heldToken) {
	r.tokens = append(r.tokens, h.Access)
	if len(r.tokens) > rejectsKept {
		r.tokens = r.tokens[1:]
	}
	r.last = &h
}

// mayReplace reports whether a grant may be spent on replacing a refused token.
func (r *rejects) mayReplace() bool {
	for len(r.replaced) > 0 && Elapsed(r.replaced[0]) >= replaceWindow {
		r.replaced = r.replaced[1:]
	}
	n := len(r.replaced)
	switch {
	case n == 0:
		return true
	case n >= replaceMost:
		return false
	}
	return r.last.proven || Elapsed(r.replaced[n-1]) >= replaceEvery
}

// settle notes that there is another token. When it was a new one, it cost a
// grant.
func (r *rejects) settle(fresh bool) {
	if r.last != nil && fresh {
		r.replaced = append(r.replaced, time.Now())
	}
	r.last = nil
}

// hold is a time during which Zoho is not asked again with the same
// credentials.
type hold struct {
	credentials Credentials
	err         error // what Zoho answered
	since       time.Time
	time        time.Duration
}

// over reports whether Zoho may be asked with these credentials.
func (h *hold) over(c Credentials) bool {
	return h.err == nil || h.credentials != c || Elapsed(h.since) >= h.time
}
