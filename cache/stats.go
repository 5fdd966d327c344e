package cache

import (
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

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

	Modules []ModuleStats `json:"modules"` // of which anything is known
}

// ModuleStats is what is known of a module.
type ModuleStats struct {
	Module  bigin.Module `json:"module"`
	Records int          `json:"records"`
	Photos  int          `json:"photos"`          // records that have one
	Loading bool         `json:"loading"`         // it is being listed
	AsOf    time.Time    `json:"as_of,omitzero"`  // zero before the first listing is complete
	Listed  time.Time    `json:"listed,omitzero"` // the last time in full
	How     string       `json:"how,omitempty"`   // how it was renewed last: "listing", "changes" or "another desk"

	Believed bool `json:"believed"`          // records are believed to tell of new photos
	Nonce    bool `json:"volatile_image"`    // Record_Image differs from call to call
	Deleted  bool `json:"removals_are_told"` // Bigin tells which records were removed
}

// Stats returns the counts of this moment.
func (c *Cache) Stats() Stats {
	n, bytes := c.photos.load()
	return Stats{
		Photos: n, Bytes: bytes, Size: c.o.Size,
		Hits: c.counts.hits.Load(), Misses: c.counts.misses.Load(),
		Ahead: c.counts.ahead.Load(), AheadUsed: c.counts.aheadUsed.Load(), AheadWasted: c.counts.aheadNo.Load(),
		Modules: c.modules(),
	}
}

func (c *Cache) modules() []ModuleStats {
	all := []ModuleStats{}
	for _, m := range bigin.Modules() {
		x := c.index(m)
		whole, scan := x.state()
		if whole == nil && scan == nil {
			continue
		}
		doubted, nonce := x.belief.state()
		x.mu.Lock()
		one := ModuleStats{Module: m, Loading: scan != nil, Believed: !doubted, Nonce: nonce, Deleted: !time.Now().Before(x.undeleted)}
		x.mu.Unlock()
		if whole != nil {
			one.Records, one.Photos, one.AsOf, one.Listed, one.How = whole.size, whole.photos, whole.date, whole.listed, whole.how
		} else {
			run, _ := scan.loaded()
			for _, c := range run {
				one.Records += len(c.ids)
				one.Photos += c.photos
			}
		}
		all = append(all, one)
	}
	return all
}
