package cache

import (
	"fmt"
	"testing"
	"time"
)

func BenchmarkStorePut(b *testing.B) {
	s := newStore[int](newLives(), 1<<20, nil)
	keys := benchKeys()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.put(keys[i%len(keys)], i, 1<<10, time.Hour, 0) // one in ten stays
	}
}

func BenchmarkStoreGet(b *testing.B) {
	s := newStore[int](newLives(), 0, nil)
	keys := benchKeys()
	for i, k := range keys {
		s.put(k, i, 1, time.Hour, 0)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, ok := s.fresh(keys[i%len(keys)]); !ok {
			b.Fatal("not there")
		}
	}
}

func benchKeys() []string {
	keys := make([]string, 10_000)
	for i := range keys {
		keys[i] = fmt.Sprint("Contacts/", 2034020000000489033+i)
	}
	return keys
}

// bigListing is one of 100,000 records, loaded, every fifth without a photo.
func bigListing(b *testing.B) *snapshot {
	b.Helper()
	s := newScan(newLives(), newAccount(100_000, 5).ends(), nil)
	if _, err := at(s.after)(b.Context(), 100_000); err != errEnd {
		b.Fatal(err)
	}
	return s.whole
}

func BenchmarkListingLoad(b *testing.B) {
	a := newAccount(100_000, 5)
	b.ReportAllocs()
	for b.Loop() {
		at := at(newScan(newLives(), a.ends(), nil).after)
		for i := 0; ; i++ {
			if _, err := at(b.Context(), i); err == errEnd {
				break
			}
		}
	}
}

func BenchmarkListingAfter(b *testing.B) {
	l := bigListing(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if r, ok := l.after(id(i%100_000) - 1); !ok || r.ID != id(i%100_000) {
			b.Fatal(r, ok)
		}
	}
}

func BenchmarkListingFind(b *testing.B) {
	l := bigListing(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, ok := l.find(id(i * 7919 % 100_000)); !ok {
			b.Fatal("not there")
		}
	}
}

func BenchmarkListingNeighbours(b *testing.B) {
	l := bigListing(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if got := l.neighbours(id(i*7919%99_000), 1, 10); len(got) != 10 {
			b.Fatal(got)
		}
	}
}

// The read of a photo that is in the cache, among 100,000 listed records.
func BenchmarkPhotoHit(b *testing.B) {
	a := newAccount(100_000, 0)
	c := New(Options{Source: a, AttrTTL: time.Hour, ContentTTL: time.Hour, Size: 1 << 30, Ahead: 10})
	defer c.Close()
	at := at(c.Listing(contacts).After)
	if _, err := at(b.Context(), 100_000); err != errEnd {
		b.Fatal(err)
	}
	for i := range 1000 {
		if _, err := photo(b.Context(), c, id(i)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p, err := photo(b.Context(), c, id(i%1000))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Bytes(b.Context(), 0, 100); err != nil {
			b.Fatal(err)
		}
	}
}
