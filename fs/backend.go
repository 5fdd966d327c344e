package fs

import (
	"context"

	"github.com/biginfs/biginfs/bigin"
)

// A Backend knows what the tree shows. Its methods may wait for the network until
// ctx is done, except Known.
type Backend interface {
	// Photo returns the photo of a record once its size is known.
	Photo(ctx context.Context, m bigin.Module, id bigin.RecordID) (*bigin.Photo, error)

	// PhotoOf is Photo for a reader of the version v, to whom that is right
	// however old it is.
	PhotoOf(ctx context.Context, m bigin.Module, id bigin.RecordID, v *bigin.Version) (*bigin.Photo, error)

	// Remembered returns size and media type of a photo that would have to be
	// downloaded, when they can be told without.
	Remembered(m bigin.Module, id bigin.RecordID) (bytes int64, mime string, ok bool)

	// Record returns a record, or bigin.ErrNoRecord.
	Record(ctx context.Context, m bigin.Module, id bigin.RecordID) (bigin.Record, error)

	// Known returns what was last heard of a record, which may be out of date.
	Known(m bigin.Module, id bigin.RecordID) (bigin.Record, bool)

	// Listing returns the records of a module.
	Listing(m bigin.Module) bigin.Listing
}
