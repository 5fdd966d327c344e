package bigintest

import (
	"image"
	"math"
)

// canvas is a square picture. Its coordinates go from 0 to 1, y downwards.
type canvas struct {
	img *image.RGBA
	n   int // pixels a side
}

func newCanvas(n int) *canvas {
	return &canvas{image.NewRGBA(image.Rect(0, 0, n, n)), n}
}

// rgb is a colour, each part from 0 to 255.
type rgb struct{ r, g, b float64 }

// colour is 0xRRGGBB.
func colour(c uint32) rgb {
	return rgb{float64(c >> 16 & 255), float64(c >> 8 & 255), float64(c & 255)}
}

// mix goes from c to d as t goes from 0 to 1.
func (c rgb) mix(d rgb, t float64) rgb {
	return rgb{c.r + (d.r-c.r)*t, c.g + (d.g-c.g)*t, c.b + (d.b-c.b)*t}
}

func (c rgb) lighter(t float64) rgb { return c.mix(rgb{255, 255, 255}, t) }
func (c rgb) darker(t float64) rgb  { return c.mix(rgb{20, 16, 28}, t) }

// bright reports whether dark marks are seen on the colour.
func (c rgb) bright() bool { return 0.3*c.r+0.6*c.g+0.1*c.b > 150 }

// ink is the colour at a point.
type ink func(x, y float64) rgb

func (c rgb) ink() ink { return func(_, _ float64) rgb { return c } }

// down fades from c at y0 to d at y1.
func down(c, d rgb, y0, y1 float64) ink {
	return func(_, y float64) rgb { return c.mix(d, clamp((y-y0)/(y1-y0))) }
}

// across fades from c at x0 to d at x1.
func across(c, d rgb, x0, x1 float64) ink {
	return func(x, _ float64) rgb { return c.mix(d, clamp((x-x0)/(x1-x0))) }
}

func clamp(t float64) float64 { return max(0, min(1, t)) }

// fill paints a shape with a smooth edge.
func (c *canvas) fill(s shape, k ink) { c.wash(s, k, 1, 0) }

// wash paints a shape that is see-through and has a soft edge of some width.
func (c *canvas) wash(s shape, k ink, opacity, soft float64) {
	n := float64(c.n)
	soft = max(soft, 1/n)
	from := func(v float64) int { return max(0, int(math.Floor((v-soft)*n))) }
	to := func(v float64) int { return min(c.n, int(math.Ceil((v+soft)*n))+1) }
	for py := from(s.y0); py < to(s.y1); py++ {
		y := (float64(py) + 0.5) / n
		row := c.img.Pix[py*c.img.Stride:]
		for px := from(s.x0); px < to(s.x1); px++ {
			x := (float64(px) + 0.5) / n
			a := opacity * clamp(0.5-s.dist(x, y)/soft)
			if a == 0 {
				continue
			}
			p, q := row[4*px:4*px+4], k(x, y)
			p[0] += uint8(int((q.r - float64(p[0])) * a))
			p[1] += uint8(int((q.g - float64(p[1])) * a))
			p[2] += uint8(int((q.b - float64(p[2])) * a))
			p[3] = 255
		}
	}
}
