package bigin

import (
	"context"
	"time"
)

// A TokenShare keeps the access token where the sources of many machines with
// the same credentials find it, so that not each makes its own. It waits no
// longer than ctx, and fails silently: a machine that makes its own token does
// little harm. It is safe for concurrent use.
type TokenShare interface {
	// Begin is asked before a token is made. It returns the token that was kept
	// last, if use accepts it; if another source is making one, Begin waits for
	// that. Otherwise done is not nil: the caller makes a token, hands it to
	// Keep, and then calls done, whatever came of it.
	Begin(ctx context.Context, use func(text []byte) bool) (done func())

	// Keep leaves the token for the others, for as long as it lives.
	Keep(ctx context.Context, text []byte, life time.Duration)
}
