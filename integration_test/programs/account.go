package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

const (
	module = "Contacts"
	photos = 93  // contacts with a photo
	people = 103 // contacts
)

// account is a Bigin whose contacts have pictures that viewers can show.
type account struct {
	bigintest.Server
	sums map[[sha256.Size]byte]bool // of the photos
}

func newAccount() (*account, error) {
	a := &account{sums: map[[sha256.Size]byte]bool{}}
	a.Behaviour.NoGrantLimit = true // it is mounted more often than anyone would in ten minutes
	modified := time.Now().Add(-24 * time.Hour)
	for i := range people {
		r := bigintest.Record{First: "Ada", Last: fmt.Sprintf("Number %03d", i), Modified: modified}
		if i < photos {
			photo, err := picture(uint64(i))
			if err != nil {
				return nil, err
			}
			a.sums[sha256.Sum256(photo)] = true
			r.Photo = photo
		}
		a.Add(module, r)
	}
	return a, nil
}

// picture draws a JPEG that differs from all others.
func picture(seed uint64) ([]byte, error) {
	r := rand.New(rand.NewPCG(seed, seed))
	m := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for y := range 200 {
		for x := range 200 {
			m.SetRGBA(x, y, color.RGBA{uint8(x + r.IntN(40)), uint8(y), uint8(seed), 255})
		}
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, nil)
	return b.Bytes(), err
}
