package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// account is what the server holds and how it answers. Both processes derive
// from it which records there are and what their photos hold.
type account struct {
	Photos    int
	EmptyEach int // every so many records have none; 0: all have one
	Size      int // bytes of a photo
	Kinds     int // so many photos differ, to save memory; 0: all

	Latency     time.Duration // of a call
	PageLatency time.Duration // of a page of a listing; 0 is Latency
	Bandwidth   int           // bytes a second of each photo; 0 is no limit
	Concurrency int           // calls at once that the server allows; 0: any number
	TokenCap    int           // records that page tokens reach; 0: as many as Bigin's
}

const module = "Contacts"

// firstID is an id like those of Zoho's samples.
const firstID = 2034020000000500001

func (a account) String() string {
	return fmt.Sprintf("%d photos of %d kB", a.Photos, a.Size/1000)
}

// records is how many records there are.
func (a account) records() int {
	if a.EmptyEach == 0 {
		return a.Photos
	}
	return a.Photos + a.Photos/(a.EmptyEach-1)
}

func (a account) hasPhoto(i int) bool { return a.EmptyEach == 0 || i%a.EmptyEach != a.EmptyEach-1 }

// pages is how many calls list the records.
func (a account) pages() int { return (a.records() + 199) / 200 }

// ids are those of the records with a photo, ascending.
func (a account) ids() []int64 {
	var ids []int64
	for i := range a.records() {
		if a.hasPhoto(i) {
			ids = append(ids, firstID+int64(i))
		}
	}
	return ids
}

// photo makes the photo of a record.
func (a account) photo(id int64) []byte {
	kind := uint64(id - firstID)
	if a.Kinds > 0 {
		kind %= uint64(a.Kinds)
	}
	var seed [32]byte
	for i := range 8 {
		seed[i] = byte(kind >> (8 * i))
	}
	b := make([]byte, max(a.Size, 20))
	_, _ = rand.NewChaCha8(seed).Read(b) // never fails
	copy(b, "\xff\xd8\xff\xe0\x00\x10JFIF\x00")
	return b
}

// fill makes the server what the account says.
func (a account) fill(s *bigintest.Server) {
	s.Behaviour = bigintest.Behaviour{
		Latency: a.Latency, PageLatency: a.PageLatency, Bandwidth: a.Bandwidth,
		Concurrency: a.Concurrency, TokenCap: a.TokenCap, NoGrantLimit: true,
	}
	modified := time.Now().Add(-24 * time.Hour)
	kinds := map[int][]byte{}
	for i := range a.records() {
		id := firstID + int64(i)
		r := bigintest.Record{ID: id, First: "Ada", Last: fmt.Sprint("Number ", i), Modified: modified}
		switch {
		case !a.hasPhoto(i):
		case a.Size == 0: // is listed, and never asked for
			r.Draw = func() []byte { return a.photo(id) }
		case a.Kinds == 0:
			r.Photo = a.photo(id)
		default:
			if kinds[i%a.Kinds] == nil {
				kinds[i%a.Kinds] = a.photo(id)
			}
			r.Photo = kinds[i%a.Kinds]
		}
		s.Add(module, r)
	}
}

// change is what happens to an account while it is mounted.
type change struct {
	Touch, Delete []int64
	Replace       []int64 // these get the photo that replacement makes
}

func (c change) apply(s *bigintest.Server, a account) {
	for _, id := range c.Touch {
		s.Touch(module, id)
	}
	for _, id := range c.Delete {
		s.Delete(module, id)
	}
	for _, id := range c.Replace {
		s.SetPhoto(module, id, a.replacement(id))
	}
}

// replacement makes the photo that takes the place of that of a record.
func (a account) replacement(id int64) []byte {
	a.Kinds = 0
	return a.photo(id + 1<<32)
}
