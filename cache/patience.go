package cache

import (
	"context"
	"sync"
	"time"
)

// tierPatience is how long a load waits in all for the servers that tiers ask. A
// download takes about as long.
const tierPatience = 150 * time.Millisecond

// Patience is what a load may still wait for servers other than Bigin. It is
// safe for concurrent use.
type Patience struct {
	mu   sync.Mutex
	left time.Duration
}

type patienceKey struct{}

// patient returns a context with the patience of one load.
func patient(ctx context.Context) context.Context {
	return context.WithValue(ctx, patienceKey{}, &Patience{left: tierPatience})
}

// PatienceOf returns the patience of the load that ctx belongs to; nil if it
// is none.
func PatienceOf(ctx context.Context) *Patience {
	p, _ := ctx.Value(patienceKey{}).(*Patience)
	return p
}

// Left returns how long the load may still wait: never more than most.
func (p *Patience) Left(most time.Duration) time.Duration {
	if p == nil {
		return most
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return min(p.left, most)
}

// Spend subtracts the time that the load has waited.
func (p *Patience) Spend(d time.Duration) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = max(0, p.left-d)
}
