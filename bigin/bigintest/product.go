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

func bottle(c *canvas, r *rand.Rand, k, accent rgb) {
	k = k.darker(0.25)
	c.fill(box(0.455, 0.16, 0.545, 0.40, 0.02), round(k, 0.455, 0.545))
	c.fill(ellipse(0.5, 0.44, 0.135, 0.11), round(k, 0.365, 0.635))
	c.fill(box(0.365, 0.42, 0.635, 0.87, 0.03), round(k, 0.365, 0.635))
	c.fill(box(0.445, 0.11, 0.555, 0.20, 0.015), round(accent, 0.445, 0.555))
	label(c, 0.365, 0.52, 0.635, 0.77, accent)
}

func carton(c *canvas, r *rand.Rand, k, accent rgb) {
	c.fill(convex(0.22, 0.36, 0.55, 0.44, 0.55, 0.90, 0.22, 0.80), down(k.lighter(0.12), k, 0.36, 0.9))
	c.fill(convex(0.55, 0.44, 0.80, 0.35, 0.80, 0.78, 0.55, 0.90), down(k.darker(0.25), k.darker(0.4), 0.36, 0.9))
	c.fill(convex(0.22, 0.36, 0.47, 0.28, 0.80, 0.35, 0.55, 0.44), k.lighter(0.35).ink())
	c.fill(convex(0.22, 0.52, 0.55, 0.60, 0.55, 0.72, 0.22, 0.64), accent.ink())
	c.fill(convex(0.55, 0.60, 0.80, 0.50, 0.80, 0.62, 0.55, 0.72), accent.darker(0.3).ink())
	c.fill(circle(0.385, 0.62, 0.075), colour(0xfffdf7).ink())
	c.fill(polygon(3+r.IntN(4), 0.385, 0.62, 0.045), k.darker(0.1).ink())
}

func gadget(c *canvas, r *rand.Rand, k, accent rgb) {
	shell := colour(pick(r, []uint32{0x23252b, 0xdadde2, 0x3a4a5e, 0xe8d9cf}))
	c.fill(box(0.32, 0.13, 0.70, 0.88, 0.055), shell.darker(0.35).ink())
	c.fill(box(0.31, 0.12, 0.69, 0.87, 0.055), across(shell.lighter(0.2), shell, 0.31, 0.69))
	screen := box(0.335, 0.165, 0.665, 0.80, 0.02)
	c.fill(screen, down(k.lighter(0.25), accent, 0.16, 0.80))
	c.fill(both(screen, circle(0.62, 0.78, 0.26)), k.darker(0.15).ink())
	c.fill(both(screen, circle(0.36, 0.82, 0.20)), accent.lighter(0.2).ink())
	c.fill(circle(0.5, 0.33, 0.07), colour(0xfff6da).ink())
	for i := range 4 {
		x := 0.385 + 0.077*float64(i)
		c.fill(box(x-0.026, 0.70, x+0.026, 0.752, 0.014), colour(0xffffff).mix(k, 0.25*float64(i)).ink())
	}
	c.fill(circle(0.5, 0.835, 0.018), shell.darker(0.5).ink())
}

func mug(c *canvas, r *rand.Rand, k, accent rgb) {
	c.fill(without(ellipse(0.70, 0.58, 0.13, 0.15), ellipse(0.70, 0.58, 0.075, 0.095)), round(k, 0.6, 0.85))
	c.fill(box(0.27, 0.36, 0.69, 0.87, 0.06), round(k, 0.27, 0.69))
	c.fill(ellipse(0.48, 0.37, 0.21, 0.05), k.lighter(0.45).ink())
	c.fill(ellipse(0.48, 0.378, 0.185, 0.036), colour(0x4b2e1e).ink())
	if r.IntN(2) == 0 {
		c.fill(both(box(0.27, 0.36, 0.69, 0.87, 0.06), box(0, 0.56, 1, 0.68, 0)), round(accent.lighter(0.3), 0.27, 0.69))
	} else {
		c.fill(polygon(5, 0.46, 0.63, 0.09), accent.lighter(0.4).ink())
	}
	for i := range 3 {
		x := 0.40 + 0.08*float64(i)
		c.wash(line(x, 0.30, x+0.02, 0.18, 0.02), colour(0xffffff).ink(), 0.6, 0.03)
	}
}

func lamp(c *canvas, r *rand.Rand, k, accent rgb) {
	c.wash(circle(0.5, 0.38, 0.36), colour(0xffe39a).ink(), 0.55, 0.25)
	c.fill(box(0.485, 0.40, 0.515, 0.85, 0.01), round(colour(0xb9a27a), 0.485, 0.515))
	c.fill(ellipse(0.5, 0.855, 0.16, 0.03), round(colour(0x9c865f), 0.34, 0.66))
	c.fill(convex(0.38, 0.16, 0.62, 0.16, 0.74, 0.50, 0.26, 0.50), round(k.lighter(0.2), 0.26, 0.74))
	c.fill(ellipse(0.5, 0.50, 0.24, 0.03), colour(0xfff2c4).ink())
}

func book(c *canvas, r *rand.Rand, k, accent rgb) {
	c.fill(convex(0.30, 0.17, 0.74, 0.17, 0.77, 0.20, 0.77, 0.88, 0.33, 0.88, 0.30, 0.85), colour(0xe8e2d2).ink())
	for i := range 4 {
		x := 0.745 + 0.006*float64(i)
		c.fill(line(x, 0.20, x, 0.86, 0.002), colour(0xb8b09a).ink())
	}
	c.fill(box(0.27, 0.16, 0.735, 0.86, 0.012), across(k.lighter(0.05), k.darker(0.1), 0.27, 0.73))
	c.fill(box(0.27, 0.16, 0.315, 0.86, 0.012), k.darker(0.35).ink())
	c.fill(line(0.37, 0.26, 0.66, 0.26, 0.03), colour(0xfffaf0).ink())
	c.fill(line(0.37, 0.32, 0.58, 0.32, 0.02), colour(0xfffaf0).ink())
	c.fill(circle(0.52, 0.56, 0.13), accent.ink())
	c.fill(polygon(3+r.IntN(5), 0.52, 0.56, 0.08), k.lighter(0.7).ink())
}
