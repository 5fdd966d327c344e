package bigintest

import (
	"bytes"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
)

// format is how a picture is stored, which decides its size in bytes.
type format struct {
	png     bool
	side    int // pixels
	grain   int // how much noise a camera would have added, of 255
	quality int // of JPEG
}

// formats go from thumbnails to pictures of nearly a megabyte. The frequent
// ones stand here several times.
var formats = []format{
	{side: 360, grain: 10, quality: 86}, {side: 360, grain: 10, quality: 86}, {side: 360, grain: 14, quality: 86},
	{side: 440, grain: 10, quality: 88}, {side: 440, grain: 12, quality: 88}, {side: 480, grain: 12, quality: 88},
	{side: 480, grain: 16, quality: 90}, {side: 600, grain: 14, quality: 90}, {side: 600, grain: 20, quality: 93},
	{side: 720, grain: 18, quality: 94},
	{png: true, side: 660}, {png: true, side: 700}, {png: true, side: 760},
	{png: true, side: 200, grain: 6}, {png: true, side: 320, grain: 5}, {png: true, side: 400, grain: 6},
}

// large is nearly a megabyte.
var large = format{png: true, side: 640, grain: 42}

// encode gives the bytes of the file.
func (f format) encode(c *canvas, r *rand.Rand) []byte {
	c.grain(r, f.grain)
	var buf bytes.Buffer
	var err error
	if f.png {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&buf, c.img)
	} else {
		err = jpeg.Encode(&buf, c.img, &jpeg.Options{Quality: f.quality})
	}
	if err != nil { // neither can fail on a picture in memory
		return nil
	}
	return buf.Bytes()
}

// grain adds noise up to half the amount to both sides.
func (c *canvas) grain(r *rand.Rand, amount int) {
	if amount == 0 {
		return
	}
	pix := c.img.Pix
	for i := 0; i+3 < len(pix); i += 4 {
		bits := r.Uint32()
		for k := range 3 {
			noise := int(bits>>(8*k)&255)*amount>>8 - amount/2
			pix[i+k] = uint8(max(0, min(255, int(pix[i+k])+noise)))
		}
	}
}
