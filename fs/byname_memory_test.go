package fs

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// manyRecords are n records, whose names stand in one string as in an index.
func manyRecords(n int) []bigin.Record {
	var all strings.Builder
	ends := make([]int, n)
	for i := range n {
		fmt.Fprintf(&all, "Zoë Müller-%07d", i)
		ends[i] = all.Len()
	}
	names, begin := all.String(), 0
	records := make([]bigin.Record, n)
	for i := range records {
		records[i] = bigin.Record{ID: bigin.RecordID(2034020000000489033 + i), Name: names[begin:ends[i]], Image: 1}
		begin = ends[i]
	}
	return records
}

// What is kept of each name is next to nothing beside the name itself, which the
// index keeps.
func TestLinkNamesAreSmall(t *testing.T) {
	const n, most = 200_000, 110 // bytes each
	records := manyRecords(n)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	var names linkNames
	now := time.Now()
	for _, r := range records {
		names.of(r, now)
	}
	each := float64(heap()-before) / n
	t.Logf("%.0f bytes each", each)
	if each > most {
		t.Errorf("%.0f bytes are kept of each name, want at most %d", each, most)
	}
	if id, ok := names.find("Zoë Müller-0000007.jpg"); !ok || id != records[7].ID {
		t.Error(id, ok)
	}
	runtime.KeepAlive(records)
}

// Names that are free again are so at once, and what is kept of them goes by and
// by: the end of a listing holds nobody up, however many there are.
func TestNamesThatAreFreeAgainGoByAndBy(t *testing.T) {
	const n = 200_000
	records := manyRecords(n)
	var names linkNames
	first := time.Now()
	for _, r := range records {
		names.of(r, first)
	}
	second := first.Add(time.Minute)
	for _, r := range records[:n/10] {
		names.of(r, second)
	}
	names.whole(second)
	if _, ok := names.find("Zoë Müller-0150000.jpg"); ok {
		t.Error("a record that is gone has its name")
	}
	for i := range 10 {
		for _, r := range records[:n/10] {
			names.of(r, second.Add(time.Duration(i)*time.Minute))
		}
	}
	if got := len(names.byID); got > n/10+n/50 {
		t.Errorf("%d names are kept of %d records", got, n/10)
	}
}

func BenchmarkLinkNames(b *testing.B) {
	const n = 1_000_000
	records := manyRecords(n)
	for b.Loop() {
		var names linkNames
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		now := time.Now()
		for _, r := range records {
			names.of(r, now)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "B/name")
		begin := time.Now()
		names.whole(now.Add(time.Second))
		b.ReportMetric(float64(time.Since(begin).Milliseconds()), "ms-locked")
		runtime.KeepAlive(&names)
	}
	runtime.KeepAlive(records)
}
