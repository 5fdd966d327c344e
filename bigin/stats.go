package bigin

import (
	"sync/atomic"
	"time"
)

// callKind says what a call asks for. Each call costs one credit.
type callKind int

// The kinds of calls.
const (
	photoCall callKind = iota
	listCall
	recordCall
	changesCall
	deletedCall
	callKinds
)

// counter counts calls by kind.
type counter [callKinds]atomic.Int64

func (c *counter) add(k callKind) { c[k].Add(1) }

// Stats is what a client has done since it was made.
type Stats struct {
	PhotoCalls   int64 `json:"photo_calls"`
	ListCalls    int64 `json:"list_calls"`
	RecordCalls  int64 `json:"record_calls"`
	ChangesCalls int64 `json:"changes_calls"`
	DeletedCalls int64 `json:"deleted_calls"`
	Throttled    int64 `json:"throttled"` // calls answered 429

	Concurrency int `json:"concurrency"` // calls allowed at once at present
	InFlight    int `json:"in_flight"`
	Waiting     int `json:"waiting"`           // calls that wait for their turn
	Credits     int `json:"credits_remaining"` // as Bigin last said; -1 when it did not

	PausedUntil time.Time `json:"paused_until,omitzero"` // no call before, since Bigin asked for a pause; zero when it did not
}

// Stats returns the counts of this moment. It makes no call.
func (c *Client) Stats() Stats {
	s := c.limit.stats()
	s.PhotoCalls = c.calls[photoCall].Load()
	s.ListCalls = c.calls[listCall].Load()
	s.RecordCalls = c.calls[recordCall].Load()
	s.ChangesCalls = c.calls[changesCall].Load()
	s.DeletedCalls = c.calls[deletedCall].Load()
	return s
}

// Calls is how many calls were made, each for one credit.
func (s Stats) Calls() int64 {
	return s.PhotoCalls + s.ListCalls + s.RecordCalls + s.ChangesCalls + s.DeletedCalls
}
