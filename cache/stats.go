package cache

import "sync/atomic"

type counts struct {
	hits, misses              atomic.Int64
	ahead, aheadUsed, aheadNo atomic.Int64
}

// Stats is what a cache holds and has done since it was made.
type Stats struct {
	Photos      int   `json:"photos"`
	Bytes       int64 `json:"bytes"`
	Size        int64 `json:"size"` // bytes at most
	Hits        int64 `json:"hits"`
	Misses      int64 `json:"misses"`
	Ahead       int64 `json:"read_ahead"`        // photos fetched ahead
	AheadUsed   int64 `json:"read_ahead_used"`   // of these, asked for later
	AheadWasted int64 `json:"read_ahead_wasted"` // of these, dropped unread
}

// Stats returns the counts of this moment.
func (c *Cache) Stats() Stats {
	n, bytes := c.photos.load()
	return Stats{
		Photos: n, Bytes: bytes, Size: c.o.Size,
		Hits: c.counts.hits.Load(), Misses: c.counts.misses.Load(),
		Ahead: c.counts.ahead.Load(), AheadUsed: c.counts.aheadUsed.Load(), AheadWasted: c.counts.aheadNo.Load(),
	}
}
