package cache

import (
	"context"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// A Tier keeps photos longer than memory does: on the disk of this machine, or
// where several machines share them. A Cache asks its tiers in the order of
// Options.Tiers before it asks Bigin, and hands each what it had to download.
//
// A tier is asked with the record and not with its id, since a photo belongs to the
// version of its record that Image and Modified name. It never fails a read:
// damage, slowness and absence are all misses, and Stats counts them. It is safe
// for concurrent use.
type Tier interface {
	// Photo returns the photo of that version of the record, which the caller
	// does not change, and when it was downloaded. It waits no longer than ctx.
	Photo(ctx context.Context, m bigin.Module, r bigin.Record) (b []byte, fetched time.Time, ok bool)

	// Keep takes a photo that was downloaded whole. b is not changed
	// afterwards, so the work may be done in the background.
	Keep(m bigin.Module, r bigin.Record, b []byte, fetched time.Time)

	// Forget drops all versions of the photo of a record.
	Forget(m bigin.Module, id bigin.RecordID)

	// Stats returns what the tier holds and has done since it was made.
	Stats() TierStats

	// Close finishes what is done in the background, and ends it.
	Close()
}

// TierStats is what a tier holds and has done since it was made.
type TierStats struct {
	Name    string `json:"name"`
	Photos  int    `json:"photos"` // -1 when it does not know
	Bytes   int64  `json:"bytes"`
	Size    int64  `json:"size"` // bytes at most; 0 when it knows no bound
	Hits    int64  `json:"hits"`
	Misses  int64  `json:"misses"`
	Damaged int64  `json:"damaged"`           // of the misses, those that were there and not whole
	Problem string `json:"problem,omitempty"` // why it is of no use at present; "" when it is
}
