package bigin

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// creditsHeader says how many calls the organisation has left for the day. It
// comes only once half of them are used.
const creditsHeader = "X-API-CREDITS-REMAINING"

// creditsBelieved is how long the figure counts. Credits come back over the
// day, and only a call can tell.
const creditsBelieved = time.Hour

// credits remembers how many calls are left. The zero value knows nothing.
type credits struct {
	reserve int

	mu   sync.Mutex
	left int
	asOf time.Time // zero when never told
}

// check returns ErrReserve when the next call would eat into the reserve.
func (c *credits) check() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reserve > 0 && c.left <= c.reserve && time.Since(c.asOf) < creditsBelieved {
		return fmt.Errorf("%d API credits remain and %d are reserved: %w", c.left, c.reserve, ErrReserve)
	}
	return nil
}

// remaining is the last figure, or -1.
func (c *credits) remaining() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asOf.IsZero() {
		return -1
	}
	return c.left
}

// tight reports whether the calls in flight, which the figure may not include
// yet, could leave nothing for one more.
func (c *credits) tight(inFlight int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reserve > 0 && inFlight > 0 && c.left-inFlight <= c.reserve && time.Since(c.asOf) < creditsBelieved
}

// note records the figure that came with a call begun at that time. The answers
// to concurrent calls may come in any order, so the lowest counts.
func (c *credits) note(left int, begun time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if begun.Before(c.asOf) {
		left = min(left, c.left)
	}
	c.left, c.asOf = left, time.Now()
}

// hear records a figure that another client was told, if it is newer.
func (c *credits) hear(left int, asOf time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); asOf.After(now) { // by a clock that is ahead
		asOf = now
	}
	if asOf.After(c.asOf) {
		c.left, c.asOf = left, asOf
	}
}

// noteCredits takes the figure from an answer that has one, and passes it on to
// the calls that wait and to the clients of other machines.
func (l *limiter) noteCredits(h http.Header, begun time.Time) {
	n, err := strconv.Atoi(h.Get(creditsHeader))
	if err != nil {
		return
	}
	l.credits.note(n, begun)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuse()
	if l.quota != nil {
		l.quota.Credits(n, time.Now())
	}
}
