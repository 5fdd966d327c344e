package cache

import (
	"math"
	"sort"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// chunk is a run of records, ascending by id. It never changes, so snapshots
// share the chunks that they have in common. With columns in place of records,
// and one string for all names, a record takes some 28 bytes and its name.
type chunk struct {
	ids      []bigin.RecordID
	modified []int64 // Unix seconds, or noTime
	images   []uint64
	ends     []uint32 // where each name ends in names
	names    string
	photos   int // records that have one
}

const (
	noTime = math.MinInt64

	maxChunk = 2 * bigin.PerPage // records; more are split
)

// newChunk packs records that ascend by id.
func newChunk(records []bigin.Record) *chunk {
	n := len(records)
	c := &chunk{
		ids: make([]bigin.RecordID, n), modified: make([]int64, n),
		images: make([]uint64, n), ends: make([]uint32, n),
	}
	var names strings.Builder
	for i, r := range records {
		names.WriteString(r.Name)
		c.ids[i], c.modified[i], c.images[i], c.ends[i] = r.ID, seconds(r.Modified), r.Image, uint32(names.Len())
		if r.HasPhoto() {
			c.photos++
		}
	}
	c.names = names.String()
	return c
}

// newChunks packs records that ascend by id.
func newChunks(records []bigin.Record) []*chunk {
	var all []*chunk
	for len(records) > maxChunk {
		all = append(all, newChunk(records[:bigin.PerPage]))
		records = records[bigin.PerPage:]
	}
	if len(records) > 0 {
		all = append(all, newChunk(records))
	}
	return all
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return noTime
	}
	return t.Unix()
}

// at returns the i-th record.
func (c *chunk) at(i int) bigin.Record {
	begin := uint32(0)
	if i > 0 {
		begin = c.ends[i-1]
	}
	r := bigin.Record{ID: c.ids[i], Name: c.names[begin:c.ends[i]], Image: c.images[i]}
	if c.modified[i] != noTime {
		r.Modified = time.Unix(c.modified[i], 0).UTC()
	}
	return r
}

// records unpacks the records from the given number on.
func (c *chunk) records(from int) []bigin.Record {
	all := make([]bigin.Record, 0, len(c.ids)-from)
	for i := from; i < len(c.ids); i++ {
		all = append(all, c.at(i))
	}
	return all
}

func (c *chunk) first() bigin.RecordID { return c.ids[0] }
func (c *chunk) last() bigin.RecordID  { return c.ids[len(c.ids)-1] }

// search returns the number of the first record that is not before id.
func (c *chunk) search(id bigin.RecordID) int {
	return sort.Search(len(c.ids), func(i int) bool { return c.ids[i] >= id })
}

// run is chunks one after the other, none of them empty.
type run []*chunk

// search returns where the first record that is not before id stands: the number
// of its chunk, which is len(r) when there is none, and its number in that chunk.
func (r run) search(id bigin.RecordID) (at, i int) {
	at = sort.Search(len(r), func(i int) bool { return r[i].last() >= id })
	if at == len(r) {
		return at, 0
	}
	return at, r[at].search(id)
}

// find returns the record with that id.
func (r run) find(id bigin.RecordID) (bigin.Record, bool) {
	at, i := r.search(id)
	if at == len(r) || r[at].ids[i] != id {
		return bigin.Record{}, false
	}
	return r[at].at(i), true
}

// after returns the first record with a greater id.
func (r run) after(id bigin.RecordID) (bigin.Record, bool) {
	if id == math.MaxInt64 {
		return bigin.Record{}, false
	}
	at, i := r.search(id + 1)
	if at == len(r) {
		return bigin.Record{}, false
	}
	return r[at].at(i), true
}
