package bigintest

import "math/rand/v2"

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
