package fs

import (
	"context"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// A Backend knows what the tree shows. Its methods may wait for the network
// until ctx is done, those without one never.
type Backend interface {
	// Photo returns the photo of a record once its size is known. To a reader
	// of the version v that one is right however old it is. The caller has the
	// photo until it calls release, and ctx is that of its whole operation:
	// when all who have a photo that still arrives went away, so does the
	// download.
	Photo(ctx context.Context, m bigin.Module, id bigin.RecordID, v *bigin.Version) (p *bigin.Photo, release func(), err error)

	// Remembered returns size and media type of a photo that would have to be
	// downloaded, when they can be told without.
	Remembered(ctx context.Context, m bigin.Module, id bigin.RecordID) (bytes int64, mime string, ok bool)

	// Record returns a record and as of when it is right, or bigin.ErrNoRecord.
	Record(ctx context.Context, m bigin.Module, id bigin.RecordID) (r bigin.Record, asOf time.Time, err error)

	// Known returns what was last heard of a record, which may be out of date,
	// and as of when it was right.
	Known(m bigin.Module, id bigin.RecordID) (r bigin.Record, asOf time.Time, ok bool)

	// Listing returns the records of a module as of now.
	Listing(m bigin.Module) Listing
}

// A Listing is the records of a module as they were at one time, ascending by
// id.
type Listing interface {
	// After returns the first record with an id greater than that. ok is false
	// only when there is none for certain.
	After(ctx context.Context, id bigin.RecordID) (r bigin.Record, ok bool, err error)

	// AsOf returns as of when the listing is right; zero before it was read.
	AsOf() time.Time
}
