package cache

import (
	"context"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// A Fleet is the caches of many desks with one login, of which one does what
// all of them need. Its methods wait a bounded time for the server that the
// desks share; when that is of no use, each desk is on its own, and no read
// fails for it. It is safe for concurrent use.
type Fleet interface {
	// BeginPhoto is asked when no tier has the photo, before it is downloaded.
	// If another desk is downloading it, BeginPhoto waits for that one, ctx at
	// most, and returns its photo. Otherwise b is nil: the caller downloads the
	// photo, hands it to the tiers, and then calls done, whatever came of it.
	// Meanwhile other desks wait.
	BeginPhoto(ctx context.Context, m bigin.Module, r bigin.Record) (b []byte, fetched time.Time, done func())

	// BeginIndex is the same for the index of a module: it returns one that is
	// right as of a later time than after, as KeepIndex was given it by this
	// desk or another. Otherwise b is nil: the caller renews its own, hands it
	// to KeepIndex, and then calls done.
	BeginIndex(ctx context.Context, m bigin.Module, after time.Time) (b []byte, asOf time.Time, done func())

	// KeepIndex leaves an index for the other desks, right as of that time. b
	// is not changed afterwards.
	KeepIndex(m bigin.Module, b []byte, asOf time.Time)
}
