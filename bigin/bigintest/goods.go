package bigintest

import "math/rand/v2"

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

func bag(c *canvas, r *rand.Rand, k, accent rgb) {
	c.fill(without(ellipse(0.5, 0.30, 0.11, 0.13), ellipse(0.5, 0.30, 0.075, 0.095)), k.darker(0.3).ink())
	c.fill(box(0.27, 0.25, 0.73, 0.88, 0.14), round(k, 0.27, 0.73))
	c.fill(box(0.33, 0.56, 0.67, 0.83, 0.05), round(k.lighter(0.12), 0.33, 0.67))
	c.fill(line(0.36, 0.61, 0.64, 0.61, 0.012), accent.ink())
	c.fill(line(0.60, 0.61, 0.60, 0.67, 0.012), accent.lighter(0.3).ink())
	c.fill(line(0.31, 0.44, 0.69, 0.44, 0.014), k.darker(0.35).ink())
	c.fill(box(0.44, 0.34, 0.56, 0.40, 0.012), accent.ink())
}

func plant(c *canvas, r *rand.Rand, k, accent rgb) {
	leaf := colour(pick(r, []uint32{0x2d6a4f, 0x40916c, 0x52796f, 0x6a994e}))
	for i, tip := range [][2]float64{{0.24, 0.34}, {0.34, 0.18}, {0.50, 0.11}, {0.66, 0.18}, {0.77, 0.34}} {
		x, y := (tip[0]+0.5)/2, (tip[1]+0.62)/2
		blade := both(circle(x-0.17*(0.62-tip[1]), y-0.17*(tip[0]-0.5), 0.29), circle(x+0.17*(0.62-tip[1]), y+0.17*(tip[0]-0.5), 0.29))
		k := leaf.lighter(0.08 * float64(i%3))
		c.fill(both(blade, box(0.1, 0.05, 0.9, 0.66, 0)), k.ink())
		c.fill(line(0.5, 0.63, tip[0], tip[1]+0.03, 0.006), k.darker(0.3).ink())
	}
	c.fill(convex(0.34, 0.60, 0.66, 0.60, 0.61, 0.87, 0.39, 0.87), round(k, 0.34, 0.66))
	c.fill(box(0.32, 0.57, 0.68, 0.64, 0.015), round(k.lighter(0.1), 0.32, 0.68))
}

func speaker(c *canvas, r *rand.Rand, k, accent rgb) {
	c.fill(box(0.30, 0.14, 0.70, 0.88, 0.05), across(k.darker(0.3), k.darker(0.55), 0.30, 0.70))
	for _, cone := range [][2]float64{{0.32, 0.10}, {0.62, 0.155}} {
		y, r := cone[0], cone[1]
		c.fill(circle(0.5, y, r), colour(0x17171b).ink())
		c.fill(ring(0.5, y, r, 0.015), accent.ink())
		c.fill(circle(0.5, y, r*0.72), down(colour(0x3a3a42), colour(0x1d1d22), y-r, y+r))
		c.fill(circle(0.5, y, r*0.32), down(accent.lighter(0.3), accent.darker(0.3), y-r*0.3, y+r*0.3))
	}
	c.fill(circle(0.64, 0.83, 0.012), colour(0x7bffb0).ink())
}
