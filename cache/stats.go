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

	Modules     []ModuleStats   `json:"modules"`     // of which anything is known
	Downloading int             `json:"downloading"` // photos, those that wait for their turn too
	Downloads   []DownloadStats `json:"downloads"`   // of these, the ones that began first
}

// DownloadStats is a photo on its way.
type DownloadStats struct {
	Photo   string    `json:"photo"` // the module and the id of its record
	Began   time.Time `json:"began"`
	Ahead   bool      `json:"read_ahead"` // nobody has asked for it yet
	Arrived int64     `json:"arrived"`
	Size    int64     `json:"size"` // bytes; -1 while it is not known
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
	Deleted  bool `json:"removals_are_told"` // Bigin told which records were removed, the last time it was asked
}

// maxDownloads is how many downloads Stats lists. There are seldom more than calls
// are allowed at once.
const maxDownloads = 10

// Stats returns the counts of this moment.
func (c *Cache) Stats() Stats {
	n, bytes := c.photos.load()
	downloads := c.photoLoads.stats()
	return Stats{
		Photos: n, Bytes: bytes, Size: c.o.Size,
		Hits: c.counts.hits.Load(), Misses: c.counts.misses.Load(),
		Ahead: c.counts.ahead.Load(), AheadUsed: c.counts.aheadUsed.Load(), AheadWasted: c.counts.aheadNo.Load(),
		Modules: c.modules(), Downloading: len(downloads), Downloads: downloads[:min(len(downloads), maxDownloads)],
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
		one := ModuleStats{Module: m, Loading: scan != nil, Believed: !doubted, Nonce: nonce, Deleted: !x.untold}
		x.mu.Unlock()
		one.Records, one.Photos = count(whole, scan)
		if whole != nil {
			one.AsOf, one.Listed, one.How = whole.date, whole.listed, whole.how
		}
		all = append(all, one)
	}
	return all
}

// Count returns how many records and photos of all modules are known to be
// there.
func (c *Cache) Count() (records, photos int) {
	for _, m := range bigin.Modules() {
		r, p := count(c.index(m).state())
		records += r
		photos += p
	}
	return records, photos
}

// count returns how many records and photos an index in this state knows.
func count(whole *snapshot, scan *scan) (records, photos int) {
	switch {
	case whole != nil:
		return whole.size, whole.photos
	case scan != nil:
		run, _ := scan.loaded()
		for _, c := range run {
			records += len(c.ids)
			photos += c.photos
		}
	}
	return records, photos
}
