package fs

import (
	"context"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// A Backend knows what the tree shows. Methods with a context may wait for the
// network until it is done; the others never wait.
type Backend interface {
	// Photo returns the photo of a record once its size is known. For a reader of
	// version v, that version is right however old it is. The caller holds the
	// photo until it calls release; ctx is that of the whole operation. When
	// everyone who holds a photo that is still arriving has gone away, so does
	// its download.
	Photo(ctx context.Context, m bigin.Module, id bigin.RecordID, v *bigin.Version) (p *bigin.Photo, release func(), err error)

	// Remembered returns the size and media type of a photo that would have to be
	// downloaded, if they are known without that.
	Remembered(ctx context.Context, m bigin.Module, id bigin.RecordID) (bytes int64, mime string, ok bool)

	// Record returns a record and the time as of which it is right, or
	// bigin.ErrNoRecord.
	Record(ctx context.Context, m bigin.Module, id bigin.RecordID) (r bigin.Record, asOf time.Time, err error)

	// Known returns what was last heard of a record, which may be out of date, and
	// the time as of which it was right.
	Known(m bigin.Module, id bigin.RecordID) (r bigin.Record, asOf time.Time, ok bool)

	// Count returns how many records and photos are known to be there.
	Count() (records, photos int)

	// Walk says that somebody who has read the listing of the module to its end
	// now begins with the photo of this record.
	Walk(m bigin.Module, id bigin.RecordID)

	// Listing returns the records of a module as of now.
	Listing(m bigin.Module) Listing
}

// A Listing is the records of a module as they were at one time, ascending by
// id.
type Listing interface {
	// After returns the first record with a greater id. ok is false only if there
	// is certainly none.
	After(ctx context.Context, id bigin.RecordID) (r bigin.Record, ok bool, err error)

	// AsOf returns the time as of which the listing is right, zero before it has
	// been read.
	AsOf() time.Time
}
