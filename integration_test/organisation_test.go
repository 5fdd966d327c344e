package integration_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// modules are those that have photos.
var modules = []string{"Contacts", "Accounts", "Products"}

// changed is when the records of these tests were last modified.
var changed = time.Date(2025, 3, 14, 15, 9, 26, 0, time.UTC)

// photoOf makes a photo of that many bytes: a small picture, and noise after its
// end, as much as it takes. No two numbers give the same.
func photoOf(size int, number uint64) []byte {
	head := heads[number%uint64(len(heads))]
	if size < len(head) {
		head = head[:size]
	}
	b := make([]byte, size)
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], number)
	_, _ = rand.NewChaCha8(seed).Read(b) // never fails
	copy(b, head)
	return b
}

// heads are pictures of the four formats that Bigin accepts.
var heads = func() [][]byte {
	pic := image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.Black, color.White})
	var j, p, g bytes.Buffer
	for _, err := range []error{jpeg.Encode(&j, pic, nil), png.Encode(&p, pic), gif.Encode(&g, pic, nil)} {
		if err != nil {
			panic(err) // pictures of the standard library can be encoded
		}
	}
	bmp := []byte("BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00\x01\x00\x18\x00\x00\x00\x00\x00")
	return [][]byte{j.Bytes(), p.Bytes(), g.Bytes(), bmp}
}()

// mimeTypes are the types of heads.
var mimeTypes = []string{"image/jpeg", "image/png", "image/gif", "image/bmp"}

// add puts n records with photos of that size into a module; every nth of them
// has none, unless without is 0. It returns all ids.
func add(s *bigintest.Server, module string, n, size, without int) []int64 {
	var ids []int64
	for i := range n {
		r := bigintest.Record{First: "Ada", Last: "Lovelace", Modified: changed}
		if without == 0 || i%without != without-1 {
			r.Photo = photoOf(size, uint64(i))
		}
		ids = append(ids, s.Add(module, r))
	}
	return ids
}

// organisation is a Bigin of n contacts with photos of that size.
func organisation(n, size int) (*bigintest.Server, []int64) {
	s := &bigintest.Server{}
	return s, add(s, "Contacts", n, size, 0)
}
