package bigintest

import "math/rand/v2"

func bottle(c *canvas, r *rand.Rand, k, accent rgb) {
	k = k.darker(0.25)
	c.fill(box(0.455, 0.16, 0.545, 0.40, 0.02), round(k, 0.455, 0.545))
	c.fill(ellipse(0.5, 0.44, 0.135, 0.11), round(k, 0.365, 0.635))
	c.fill(box(0.365, 0.42, 0.635, 0.87, 0.03), round(k, 0.365, 0.635))
	c.fill(box(0.445, 0.11, 0.555, 0.20, 0.015), round(accent, 0.445, 0.555))
	label(c, 0.365, 0.52, 0.635, 0.77, accent)
}

func jar(c *canvas, r *rand.Rand, k, accent rgb) {
	c.fill(box(0.30, 0.30, 0.70, 0.87, 0.07), round(k.lighter(0.1), 0.30, 0.70))
	c.wash(box(0.335, 0.36, 0.37, 0.80, 0.017), colour(0xffffff).ink(), 0.5, 0.02)
	c.fill(box(0.31, 0.20, 0.69, 0.32, 0.02), round(accent, 0.31, 0.69))
	for i := range 9 {
		x := 0.34 + 0.04*float64(i)
		c.fill(line(x, 0.225, x, 0.295, 0.006), accent.darker(0.3).ink())
	}
	label(c, 0.30, 0.46, 0.70, 0.74, k.darker(0.1))
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
