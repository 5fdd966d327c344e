package disk

import (
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// What a photo of the usual size costs to read and to keep, the machine's disk
// cache being warm.
func BenchmarkPhoto(b *testing.B) {
	p, err := Open(Options{Dir: b.TempDir() + "/cache", Size: 1e9, Account: "somebody"})
	if err != nil {
		b.Fatal(err)
	}
	const n, size = 256, 60_000
	for id := range n {
		p.Keep(bigin.Contacts, record(id+1), photo(id+1, size), time.Now())
	}
	for p.Stats().Photos < n {
		time.Sleep(time.Millisecond)
	}
	b.Run("read", func(b *testing.B) {
		b.SetBytes(size)
		for i := 0; b.Loop(); i++ {
			if _, _, ok := p.Photo(b.Context(), bigin.Contacts, record(1+i%n)); !ok {
				b.Fatal("it is gone")
			}
		}
	})
	b.Run("miss", func(b *testing.B) {
		for b.Loop() {
			if _, _, ok := p.Photo(b.Context(), bigin.Contacts, record(n+1)); ok {
				b.Fatal("it is there")
			}
		}
	})
	b.Run("keep", func(b *testing.B) {
		b.SetBytes(size)
		bytes := photo(1, size)
		for i := 0; b.Loop(); i++ {
			if err := p.do(b.Context(), task{file: fileOf(bigin.Contacts, record(1+i%n)), photo: bytes}); err != nil {
				b.Fatal(err)
			}
		}
	})
	p.Close()
}
