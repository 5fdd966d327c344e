package main

import (
	"fmt"
	"time"
)

// row is one piece of work, which may be measured in several ways.
type row struct {
	name  string // for -only
	title string
	run   func(*bench) ([]sample, error)
}

// sizes are how much work the rows are.
type sizes struct {
	cold, large, peers int // photos that are copied
	warm               int // photos that are read again
	random             int // photos that are read, out of ten times as many
	list               int // records that are listed
	memory             int // photos of 1 MB
	stream             int // bytes of the photo on a slow line
	renew              int // records that are listed, and again, with their attributes or without
	walk               int // photos that are walked over
	disk               int // photos that are kept on disk
	million            int // records
}

var (
	fullSizes  = sizes{cold: 300, large: 3000, peers: 300, warm: 1000, random: 100, list: 99_800, memory: 1200, stream: 5_000_000, renew: 20_000, walk: 8000, disk: 500, million: 1_000_000}
	quickSizes = sizes{cold: 60, large: 200, peers: 20, warm: 200, random: 10, list: 2000, memory: 100, stream: 1_000_000, renew: 2000, walk: 200, disk: 50, million: 5000}
)

const (
	photoSize = 60_000
	roundTrip = 50 * time.Millisecond
)

// rows are the table of the benchmark: what is done, and which figure is to be
// reached.
func rows(n sizes) []row {
	cold := account{Photos: n.cold, Size: photoSize, Latency: roundTrip}
	large := account{Photos: n.large, Size: photoSize, Latency: roundTrip, EmptyEach: 5}
	peers := account{Photos: n.peers, Size: photoSize, Latency: roundTrip}
	random := account{Photos: 10 * n.random, Size: photoSize, Latency: 10 * time.Millisecond}
	warm := account{Photos: n.warm, Size: photoSize}
	list := account{Photos: n.list, PageLatency: 10 * time.Millisecond}
	listed := account{Photos: n.renew}
	photos := account{Photos: n.cold, Size: 1_000_000, Kinds: 16, Latency: roundTrip}
	memory := account{Photos: n.memory, Size: 1_000_000, Kinds: 16}
	stream := account{Photos: 1, Size: n.stream, Bandwidth: 1_500_000}
	limited := account{Photos: n.cold, Size: photoSize, Latency: roundTrip, Concurrency: 4}
	renew := account{Photos: n.renew, PageLatency: 10 * time.Millisecond}
	walked := account{Photos: n.walk, Size: 20_000, Latency: time.Millisecond}
	again := account{Photos: n.cold, Size: photoSize, Latency: roundTrip}
	short := account{Photos: n.cold, Size: photoSize, Latency: roundTrip, EmptyEach: 5}
	kept := account{Photos: n.disk, Size: photoSize, Latency: roundTrip}
	shared := account{Photos: n.cold, Size: photoSize, Latency: roundTrip, Concurrency: 10}
	many := account{Photos: n.million, PageLatency: 10 * time.Millisecond, TokenCap: n.million}
	return []row{
		{"cold", fmt.Sprintf("first copy of %s, 50 ms a call", cold), copies(cold, 1.15)},
		{"large", fmt.Sprintf("first copy of %s, every fifth record without one", large), copies(large, 1.05)},
		{"peers", fmt.Sprintf("first cp -r of %s, 50 ms a call, peers", peers), againstPeers(peers)},
		{"random", fmt.Sprintf("%d of %s, in any order", n.random, random), randomReads(random, n.random)},
		{"reread", fmt.Sprintf("%s in the cache: open, read, close", warm), reread(warm, 1.4)},
		{"find", fmt.Sprintf("%s in the cache: find -ls", warm), find(warm, 2.3)},
		{"list", fmt.Sprintf("names of %d records, 10 ms a page", n.list), listing(list)},
		{"long", fmt.Sprintf("attributes of %d records that were listed", n.renew), longListing(listed, 2.5)},
		{"bytes", fmt.Sprintf("first copy of %s, 50 ms a call", photos), copyWith(copiers[:1], photos, 1.2)},
		{"memory", fmt.Sprintf("%s through --cache-size 64MiB", memory), memoryPeak(memory, 150e6)},
		{"stream", fmt.Sprintf("first 4 kB of %.1f MB at 1.5 MB/s", float64(n.stream)/1e6), firstBytes(stream, 0.1)},
		{"limited", fmt.Sprintf("cp -r of %s from a server that allows 4 calls at once", limited), limitedCopy(limited, 0.05)},
		{"renew", fmt.Sprintf("names of %d records that are known, 10 ms a page", n.renew), renewal(renew)},
		{"walk", fmt.Sprintf("%s that nobody changed, --attr-ttl 1s", walked), walks(walked)},
		{"unchanged", fmt.Sprintf("%s past their time", again), unchanged(again)},
		{"short", fmt.Sprintf("first copy of %s, every fifth record without one, --attr-ttl 1s", short), shortTTL(short, 1.15)},
		{"disk", fmt.Sprintf("%s in --cache-dir", kept), onDisk(kept)},
		{"desks", fmt.Sprintf("%s read by 12 desks at once from a server that allows 10 calls at once", shared), desks(shared, 12)},
		{"million", fmt.Sprintf("names of %d records, 10 ms a page", n.million), million(many)},
	}
}

// row runs one row with servers, mounts and files of its own.
func (b *bench) row(r row) (samples []sample, err error) {
	scope := b.scope()
	samples, err = r.run(scope)
	if e := scope.close(); err == nil {
		err = e
	}
	return samples, err
}
