package disk

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// The bound holds as du counts, at every moment, for photos of all sizes.
func TestBound(t *testing.T) {
	const bound = 10e6
	dir := place(t)
	p := open(t, dir, bound)
	random := rand.New(rand.NewPCG(1, 2))
	for id := 1; id <= 600; id += 10 {
		ids := make([]int, 10)
		for i := range ids {
			ids[i] = id + i
		}
		p.keep(t, 500+random.IntN(100_000), ids...)
		paths, use := files(t, dir)
		if use > bound*11/10 || id > 400 && use < bound*8/10 {
			t.Fatalf("after %d photos %d are there, and take %d bytes", id, len(paths), use)
		}
	}
	p.Close()
	paths, use := files(t, dir)
	if s := p.Stats(); s.Photos != len(paths) || s.Bytes > bound || s.Bytes < use*9/10 {
		t.Errorf("%d photos take %d bytes, and stats are %+v", len(paths), use, s)
	}
}

// The bound is of the directory, of all accounts in it.
func TestBoundOfTwoAccounts(t *testing.T) {
	const bound = 2e6
	dir := place(t)
	p, other := open(t, dir, bound), openFor(t, dir, bound, "somebody else")
	for id := 1; id < 150; id++ {
		p.keep(t, 20_000, id)
		other.keep(t, 20_000, id)
		if _, use := files(t, dir); use > bound*11/10 {
			t.Fatalf("after %d photos: %d bytes", id, use)
		}
	}
}

// A bound that was lowered holds from the start.
func TestSmallerBound(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 10e6)
	var ids []int
	for id := 1; id <= 200; id++ {
		ids = append(ids, id)
	}
	p.keep(t, 20_000, ids...)
	p.Close()
	p = open(t, dir, 1e6)
	eventually(t, "the bound holds", func() bool { _, use := files(t, dir); return use <= 11e5 })
	eventually(t, "stats tell", func() bool { n := p.Stats().Photos; return n > 10 && n < 50 })
	if !p.has(t, 200) || p.has(t, 1) {
		t.Errorf("what went was not the oldest: %v %v %+v", p.has(t, 200), p.has(t, 1), p.Stats())
	}
}

// What was used least recently goes first; reading counts as use.
func TestLeastRecentlyUsedGoesFirst(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 2e6)
	for id := 1; id <= 250; id++ {
		p.keep(t, 20_000, id)
		if !p.has(t, 1) || id > 7 && !p.has(t, 7) {
			t.Fatalf("after %d photos, one that is read all the time is gone", id)
		}
	}
	if p.has(t, 2) || p.has(t, 8) || !p.has(t, 250) || !p.has(t, 230) {
		t.Errorf("there are %v %v %v %v, want only the newest", p.has(t, 2), p.has(t, 8), p.has(t, 250), p.has(t, 230))
	}
}

// What does not fit is not kept, and evicts nothing.
func TestPhotoBeyondTheBound(t *testing.T) {
	p := open(t, place(t), 1e6)
	p.keep(t, 1000, 1)
	for _, size := range []int{999_000, 1_000_000, 5_000_000} {
		p.Keep(bigin.Contacts, record(2), photo(2, size), time.Now())
	}
	p.keep(t, 1000, 3)
	if !p.has(t, 1) || p.has(t, 2) || !p.has(t, 3) {
		t.Errorf("there are %v %v %v, want the small ones", p.has(t, 1), p.has(t, 2), p.has(t, 3))
	}
}

// Directories take room too, and go when nothing is in them any more.
func TestEmptyDirectoriesGo(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 400_000)
	for id := 1; id <= 256; id++ { // each in a directory of its own
		p.keep(t, 2000, id)
		if _, use := files(t, dir); use > 440_000 {
			t.Fatalf("after %d photos: %d bytes", id, use)
		}
	}
	p.Close()
	shards, err := os.ReadDir(dir + "/" + accountName("somebody"))
	if err != nil || len(shards) > 60 {
		t.Errorf("%d directories, %v", len(shards), err)
	}
}

// What a wrong clock says was used tomorrow does not outlive what is used today.
func TestFilesOfTomorrowGoFirst(t *testing.T) {
	p := open(t, place(t), 1e6)
	p.keep(t, 20_000, 1, 2, 3)
	tomorrow := time.Now().Add(24 * time.Hour)
	if err := os.Chtimes(p.path(3), tomorrow, tomorrow); err != nil {
		t.Fatal(err)
	}
	for id := 4; exists(p.path(1)) && exists(p.path(3)); id++ {
		p.keep(t, 20_000, id)
	}
	if exists(p.path(3)) {
		t.Error("the oldest went before that of tomorrow")
	}
}
