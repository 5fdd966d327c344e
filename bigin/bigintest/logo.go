package bigintest

import (
	"math"
	"math/rand/v2"
	"strings"
)

// brands are a strong colour and one that goes with it.
var brands = [][2]uint32{
	{0x0b3954, 0xff6663}, {0x2d6a4f, 0xf4a259}, {0x5f0f40, 0xfb8b24}, {0x1d3557, 0x2a9d8f}, {0x7209b7, 0x4cc9f0},
	{0xd62828, 0x003049}, {0x006d77, 0xe29578}, {0x14213d, 0xfca311}, {0x386641, 0xa7c957}, {0x3a0ca3, 0xf72585},
	{0x222222, 0xe4b363}, {0x0077b6, 0x90e0ef},
}

// logo draws the mark of a company: a figure, and its initial where the name
// has one that the pen can write.
func logo(c *canvas, r *rand.Rand, name string) {
	pair := pick(r, brands)
	main, second := colour(pair[0]), colour(pair[1])
	ground := colour(0xffffff)
	switch r.IntN(4) {
	case 0:
		ground, main = main, colour(0xffffff)
	case 1:
		ground = second.lighter(0.85)
	}
	c.fill(everywhere(), ground.ink())
	initial := firstLetter(name)
	figures := []func(*canvas, rgb, rgb, rgb){orbits, stripes, peaks, quarters, hive, leafs}
	badges := []func(*canvas, rgb, rgb){disc, tile, hexagon, frame}
	if initial == 0 || r.IntN(3) == 0 {
		pick(r, figures)(c, main, second, ground)
		return
	}
	pick(r, badges)(c, main, second)
	pen := ground
	if pen.bright() == main.bright() {
		pen = colour(0x1b1b1f)
	}
	c.letter(initial, 0.5, 0.5, 0.30, 0.055, pen)
}

func firstLetter(name string) rune {
	for _, l := range strings.ToUpper(name) {
		if l >= 'A' && l <= 'Z' {
			return l
		}
	}
	return 0
}

func disc(c *canvas, main, second rgb) {
	c.fill(circle(0.5, 0.5, 0.36), main.ink())
	c.fill(circle(0.78, 0.24, 0.10), second.ink())
}

func tile(c *canvas, main, second rgb) {
	c.fill(box(0.22, 0.22, 0.86, 0.86, 0.10), second.ink())
	c.fill(box(0.16, 0.16, 0.80, 0.80, 0.10), main.ink())
}

func hexagon(c *canvas, main, second rgb) {
	c.fill(polygon(6, 0.5, 0.5, 0.42), second.ink())
	c.fill(polygon(6, 0.5, 0.5, 0.37), main.ink())
}

func frame(c *canvas, main, second rgb) {
	c.fill(circle(0.5, 0.5, 0.32), main.ink())
	c.fill(ring(0.5, 0.5, 0.39, 0.03), second.ink())
}

func orbits(c *canvas, main, second, ground rgb) {
	c.fill(ring(0.40, 0.5, 0.22, 0.075), main.ink())
	c.fill(ring(0.60, 0.5, 0.22, 0.075), second.ink())
	c.fill(both(ring(0.40, 0.5, 0.22, 0.075), box(0.5, 0, 1, 0.5, 0)), main.ink())
}

func stripes(c *canvas, main, second, ground rgb) {
	whole := circle(0.5, 0.5, 0.37)
	c.fill(whole, main.ink())
	for i := range 3 {
		y := 0.50 + 0.11*float64(i)
		c.fill(both(whole, box(0, y, 1, y+0.045, 0)), ground.ink())
	}
	c.fill(circle(0.60, 0.33, 0.075), second.ink())
}

func peaks(c *canvas, main, second, ground rgb) {
	c.fill(circle(0.66, 0.32, 0.10), second.ink())
	c.fill(convex(0.42, 0.24, 0.72, 0.76, 0.12, 0.76), main.ink())
	c.fill(convex(0.66, 0.46, 0.88, 0.76, 0.44, 0.76), main.mix(ground, 0.35).ink())
}

func quarters(c *canvas, main, second, ground rgb) {
	at := [][2]float64{{0.48, 0.48}, {0.52, 0.48}, {0.48, 0.52}, {0.52, 0.52}}
	for i, p := range at {
		k, dx, dy := main, -0.32, -0.32
		if i == 1 || i == 2 {
			k = second
		}
		if i%2 == 1 {
			dx = 0.32
		}
		if i > 1 {
			dy = 0.32
		}
		corner := box(min(p[0], p[0]+dx), min(p[1], p[1]+dy), max(p[0], p[0]+dx), max(p[1], p[1]+dy), 0)
		c.fill(both(corner, circle(p[0], p[1], 0.32)), k.ink())
	}
	c.fill(circle(0.5, 0.5, 0.09), ground.ink())
}

func hive(c *canvas, main, second, ground rgb) {
	c.fill(polygon(6, 0.5, 0.5, 0.15), second.ink())
	for i := range 6 {
		a := math.Pi * (float64(i)/3 + 1.0/6)
		k := main
		if i%3 == 1 {
			k = main.mix(ground, 0.4)
		}
		c.fill(polygon(6, 0.5+0.28*math.Cos(a+math.Pi/6), 0.5+0.28*math.Sin(a+math.Pi/6), 0.15), k.ink())
	}
}

func leafs(c *canvas, main, second, ground rgb) {
	c.fill(both(circle(0.33, 0.42, 0.30), circle(0.55, 0.20, 0.40)), main.mix(ground, 0.25).ink())
	c.fill(both(circle(0.72, 0.44, 0.27), circle(0.50, 0.30, 0.36)), second.ink())
	c.fill(line(0.5, 0.84, 0.5, 0.48, 0.05), main.ink())
	c.fill(line(0.5, 0.62, 0.40, 0.50, 0.035), main.ink())
	c.fill(line(0.5, 0.70, 0.62, 0.52, 0.035), main.ink())
}

// polygon has n equal sides and a corner on top.
func polygon(n int, cx, cy, r float64) shape {
	var xy []float64
	for i := range n {
		a := 2*math.Pi*float64(i)/float64(n) - math.Pi/2
		xy = append(xy, cx+r*math.Cos(a), cy+r*math.Sin(a))
	}
	return convex(xy...)
}
