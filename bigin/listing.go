package bigin

import "context"

// Listing is the records of a module as they were at one time, ascending by id
// and numbered from 0. Its methods wait for the pages they need, until ctx is
// done; after the last record comes io.EOF.
type Listing interface {
	// At returns a record by its number.
	At(ctx context.Context, number int) (Record, error)

	// After returns the first record with an id greater than that, and its
	// number.
	After(ctx context.Context, id RecordID) (r Record, number int, err error)
}
