package cache

import (
	"context"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// A Fleet is the caches of many desks with one login: what several need, one
// fetches for all. Its methods wait a bounded time for the server that the desks
// share; when that is of no use, each desk is on its own, and no read fails
// because of it. It is safe for concurrent use.
type Fleet interface {
	// BeginPhoto is asked when no tier has the photo, before it is downloaded.
	// If another desk is downloading it, BeginPhoto waits for that one, no longer
	// than ctx, and returns its photo. Otherwise b is nil: the caller downloads
	// the photo, hands it to the tiers, and then calls done in any case. Meanwhile
	// other desks wait.
	BeginPhoto(ctx context.Context, m bigin.Module, r bigin.Record) (b []byte, fetched time.Time, done func())

	// BeginIndex is the same for the index of a module: it returns one that this
	// desk or another gave to KeepIndex and that is right as of a later time than
	// after. Otherwise b is nil: the caller renews its own, hands it to KeepIndex,
	// and then calls done.
	BeginIndex(ctx context.Context, m bigin.Module, after time.Time) (b []byte, asOf time.Time, done func())

	// KeepIndex leaves an index for the other desks, right as of that time. b
	// is not changed afterwards.
	KeepIndex(m bigin.Module, b []byte, asOf time.Time)
}
