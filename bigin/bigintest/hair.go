package bigintest

import "math"

// hairBehind draws what is seen of the hair behind the head.
func (p person) hairBehind(c *canvas) {
	k := p.hair.darker(0.18).ink()
	switch p.style {
	case "long":
		c.fill(ellipse(faceX, faceY-0.03, faceW+0.06, faceH+0.04), k)
		c.fill(box(faceX-faceW-0.065, faceY-0.03, faceX+faceW+0.065, 0.84, 0.09), k)
	case "bob":
		c.fill(ellipse(faceX, faceY-0.03, faceW+0.055, faceH+0.04), k)
		c.fill(box(faceX-faceW-0.06, faceY-0.03, faceX+faceW+0.06, 0.64, 0.06), k)
	case "bun":
		c.fill(circle(faceX, faceY-faceH-0.055, 0.075), k)
	case "tail":
		c.fill(ellipse(faceX+0.19, faceY+0.13, 0.05, 0.19), k)
		c.fill(circle(faceX+0.155, faceY-0.09, 0.07), k)
	case "afro":
		p.curls(c, 0.9, 2.1, faceW+0.06, faceH+0.03, 0.085)
		c.fill(ellipse(faceX, faceY-0.05, faceW+0.08, faceH+0.05), k)
	case "scarf":
		c.fill(box(faceX-faceW-0.03, faceY, faceX+faceW+0.03, 0.80, 0.10), p.scarf.darker(0.15).ink())
		c.fill(ellipse(faceX, faceY+0.005, faceW+0.065, faceH+0.06), p.scarf.ink())
	}
}

// hairInFront draws what lies over the forehead.
func (p person) hairInFront(c *canvas) {
	k := down(p.hair.lighter(0.12), p.hair, faceY-faceH, faceY)
	crown := ellipse(faceX, faceY-0.015, faceW+0.018, faceH+0.022)
	switch p.style {
	case "short":
		c.fill(above(without(crown, ellipse(faceX, faceY+0.10, faceW*1.0, faceH*1.13)), faceY+0.01), k)
	case "bun", "tail":
		c.fill(above(without(crown, ellipse(faceX, faceY+0.10, faceW*1.02, faceH*1.16)), faceY+0.03), k)
	case "side":
		c.fill(above(without(crown, ellipse(faceX+0.05, faceY+0.11, faceW*1.14, faceH*1.12)), faceY-0.03), k)
	case "long":
		c.fill(above(without(crown, ellipse(faceX-0.03, faceY+0.10, faceW*1.06, faceH*1.13)), faceY+0.04), k)
	case "bob": // a fringe
		c.fill(above(crown, faceY-0.085), k)
		c.fill(both(ellipse(faceX, faceY-0.105, faceW, 0.05), crown), k)
	case "curls":
		p.curls(c, 1.08, 1.92, faceW-0.01, faceH-0.025, 0.052)
	case "afro":
		p.curls(c, 1.1, 1.9, faceW-0.005, faceH-0.02, 0.05)
	case "scarf":
		c.fill(without(ellipse(faceX, faceY+0.005, faceW+0.03, faceH+0.03), ellipse(faceX, faceY+0.02, faceW*0.93, faceH*0.93)), p.scarf.lighter(0.1).ink())
	case "hat":
		hat := colour(0xd9d2c5).mix(p.cloth, 0.75)
		c.fill(above(ellipse(faceX, faceY-0.08, faceW+0.03, faceH+0.02), faceY-0.09), hat.ink())
		c.fill(box(faceX-faceW-0.035, faceY-0.135, faceX+faceW+0.035, faceY-0.075, 0.02), hat.lighter(0.2).ink())
	case "bald":
		c.wash(ellipse(faceX-0.05, faceY-0.15, 0.05, 0.025), colour(0xffffff).ink(), 0.35, 0.04)
	}
}

// curls sets circles along an ellipse round the head, from one angle to
// another, in half turns.
func (p person) curls(c *canvas, from, to, rx, ry, r float64) {
	const n = 13
	for i := range n {
		a := math.Pi * (from + (to-from)*float64(i)/(n-1))
		k := p.hair.darker(0.15)
		if i%2 == 0 {
			k = p.hair.lighter(0.07)
		}
		c.fill(circle(faceX+rx*math.Cos(a), faceY-0.01+ry*math.Sin(a), r), k.ink())
	}
}
