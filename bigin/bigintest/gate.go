package bigintest

import (
	"strconv"
	"time"
)

// gate keeps the limits of an organisation: calls at once and calls a day.
//
// https://www.zoho.com/bigin/developer/docs/apis/api-limits.html
type gate struct {
	inFlight int
	most     int       // the largest inFlight, refused calls included
	used     int       // credits since day
	day      time.Time // when the 24 hours began
}

// enter admits a call or returns its refusal, and what the header
// X-API-CREDITS-REMAINING says, which is nothing before half of the credits
// are used. An admitted call costs a credit; one too many at once costs none.
func (g *gate) enter(b *Behaviour, now time.Time) (refusal *answer, remaining string) {
	g.most = max(g.most, g.inFlight+1)
	if now.Sub(g.day) >= 24*time.Hour {
		g.day, g.used = now, 0
	}
	switch {
	case b.Concurrency > 0 && g.inFlight >= b.Concurrency:
		refusal = tooMany(b, "too many calls at once")
	case b.Credits > 0 && g.used >= b.Credits:
		refusal = tooMany(b, "the credits of the day are used up")
	default:
		g.inFlight++
		g.used++
	}
	if b.Credits > 0 && (b.CreditsSent == CreditsAlways || b.CreditsSent == CreditsAfterHalf && 2*g.used >= b.Credits) {
		remaining = strconv.Itoa(max(0, b.Credits-g.used))
	}
	return refusal, remaining
}

func tooMany(b *Behaviour, why string) *answer {
	a := failure(429, "TOO_MANY_REQUESTS", why)
	a.retryAfter = b.RetryAfter
	return &a
}
