package bigin

import "time"

// A Quota shares out what Bigin allows the clients of many machines together:
// calls at once, and credits. It serves one client, whose limiter is its
// member. Its methods return at once, and are safe for concurrent use.
type Quota interface {
	// Join names the member, before anything else is called.
	Join(QuotaMember)

	// Want says how many more turns the member has use for. It replaces what was
	// said before.
	Want(n int)

	// Return gives back n turns.
	Return(n int)

	// Began tells that a call was made, Succeeded that one was answered, and
	// Throttled that one was answered 429, with the Retry-After it came with.
	Began()
	Succeeded()
	Throttled(retryAfter time.Duration)

	// Credits tells how many credits Bigin said remain, and when.
	Credits(left int, asOf time.Time)
}

// A QuotaMember is told what a Quota decides. Its methods return at once. It
// begins alone.
type QuotaMember interface {
	// Together says that a turn is needed for each call from now on. The
	// member has none yet.
	Together()

	// Granted gives the member n more turns. It returns those that it has no use
	// for.
	Granted(n int)

	// Alone says that nobody counts any more: the turns are void, and the member
	// keeps to this many calls at once by itself.
	Alone(atOnce int)

	// Credits tells what another member learned, and how many calls the others
	// have under way.
	Credits(left int, asOf time.Time, others int)
}
