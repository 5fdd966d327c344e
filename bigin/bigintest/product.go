package bigintest

import "math/rand/v2"

var (
	goods   = []uint32{0x2f6690, 0xc1440e, 0x3a7d44, 0x8e4162, 0xe0a100, 0x3d405b, 0x81b29a, 0xb56576, 0x4a4e69, 0x1b998b}
	studios = []uint32{0xf2f0eb, 0xe9eef2, 0xf6ece3, 0xe6efe6, 0xefe9f3}
)

// products draw the kinds of things that the demo organisation sells.
var products = map[string]func(c *canvas, r *rand.Rand, k, accent rgb){
	"bottle": bottle, "box": carton, "gadget": gadget, "mug": mug, "lamp": lamp,
	"book": book, "jar": jar, "bag": bag, "plant": plant, "speaker": speaker,
}

// product draws a thing of a kind as a shop would photograph it.
func product(c *canvas, r *rand.Rand, kind string) {
	ground := colour(pick(r, studios))
	c.fill(everywhere(), down(ground.lighter(0.5), ground, 0, 0.7))
	c.fill(box(-1, 0.76, 2, 2, 0), down(ground.darker(0.10), ground.darker(0.02), 0.76, 1))
	c.wash(line(0.34, 0.868, 0.70, 0.868, 0.03), ground.darker(0.75).ink(), 0.5, 0.07)
	k := colour(pick(r, goods))
	accent := colour(pick(r, goods)).lighter(0.15)
	products[kind](c, r, k, accent)
}

// round shades a body of a colour as if it were round between two edges.
func round(k rgb, x0, x1 float64) ink {
	return func(x, _ float64) rgb {
		t := clamp((x - x0) / (x1 - x0))
		if t < 0.3 {
			return k.darker(0.15).mix(k.lighter(0.35), t/0.3)
		}
		return k.lighter(0.35).mix(k.darker(0.4), (t-0.3)/0.7)
	}
}

// label is paper with a band and some lines of print.
func label(c *canvas, x0, y0, x1, y1 float64, accent rgb) {
	w, h := x1-x0, y1-y0
	c.fill(box(x0, y0, x1, y1, 0.01), across(colour(0xfffdf7), colour(0xd9d4c8), x0, x1))
	c.fill(box(x0, y0+0.12*h, x1, y0+0.42*h, 0), across(accent.lighter(0.15), accent.darker(0.2), x0, x1))
	for i, width := range []float64{0.7, 0.5, 0.6} {
		y := y0 + (0.58+0.14*float64(i))*h
		c.fill(line(x0+0.15*w, y, x0+(0.15+width)*w, y, 0.05*h), colour(0x6d6a75).ink())
	}
}
