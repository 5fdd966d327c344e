package bigintest

import "math"

// shape is a set of points: dist is negative inside and about the distance
// from the edge outside. No point of it is outside the box.
type shape struct {
	x0, y0, x1, y1 float64
	dist           func(x, y float64) float64
}

// everywhere is the whole canvas.
func everywhere() shape { return box(-1, -1, 2, 2, 0) }

func ellipse(cx, cy, rx, ry float64) shape {
	r := min(rx, ry)
	return shape{cx - rx, cy - ry, cx + rx, cy + ry, func(x, y float64) float64 {
		dx, dy := (x-cx)/rx, (y-cy)/ry
		return (math.Sqrt(dx*dx+dy*dy) - 1) * r
	}}
}

func circle(cx, cy, r float64) shape { return ellipse(cx, cy, r, r) }

// ring is a circle drawn with a pen of width w.
func ring(cx, cy, r, w float64) shape {
	return without(circle(cx, cy, r+w/2), circle(cx, cy, r-w/2))
}

// box is a rectangle with corners rounded by r.
func box(x0, y0, x1, y1, r float64) shape {
	cx, cy, hx, hy := (x0+x1)/2, (y0+y1)/2, (x1-x0)/2-r, (y1-y0)/2-r
	return shape{x0, y0, x1, y1, func(x, y float64) float64 {
		dx, dy := math.Abs(x-cx)-hx, math.Abs(y-cy)-hy
		ox, oy := max(dx, 0), max(dy, 0)
		return math.Sqrt(ox*ox+oy*oy) + min(max(dx, dy), 0) - r
	}}
}

// line is a stroke of width w with round ends.
func line(ax, ay, bx, by, w float64) shape {
	r, ex, ey := w/2, bx-ax, by-ay
	length := max(ex*ex+ey*ey, 1e-9)
	return shape{min(ax, bx) - r, min(ay, by) - r, max(ax, bx) + r, max(ay, by) + r, func(x, y float64) float64 {
		dx, dy := x-ax, y-ay
		t := clamp((dx*ex + dy*ey) / length)
		dx, dy = dx-ex*t, dy-ey*t
		return math.Sqrt(dx*dx+dy*dy) - r
	}}
}

// convex is a polygon without inward corners, given as x and y in turn.
func convex(xy ...float64) shape {
	s := shape{x0: math.Inf(1), y0: math.Inf(1), x1: math.Inf(-1), y1: math.Inf(-1)}
	type edge struct{ x, y, nx, ny float64 }
	edges := make([]edge, len(xy)/2)
	turn := 1.0 // -1 if the corners are given counterclockwise
	if (xy[2]-xy[0])*(xy[5]-xy[1]) < (xy[4]-xy[0])*(xy[3]-xy[1]) {
		turn = -1
	}
	for i := range edges {
		x, y := xy[2*i], xy[2*i+1]
		j := (2*i + 2) % len(xy)
		ex, ey := xy[j]-x, xy[j+1]-y
		l := turn * math.Hypot(ex, ey)
		edges[i] = edge{x, y, ey / l, -ex / l}
		s.x0, s.y0, s.x1, s.y1 = min(s.x0, x), min(s.y0, y), max(s.x1, x), max(s.y1, y)
	}
	s.dist = func(x, y float64) float64 {
		d := math.Inf(-1)
		for _, e := range edges {
			d = max(d, (x-e.x)*e.nx+(y-e.y)*e.ny)
		}
		return d
	}
	return s
}

// both is where two shapes overlap.
func both(a, b shape) shape {
	return shape{max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1),
		func(x, y float64) float64 { return max(a.dist(x, y), b.dist(x, y)) }}
}

// without is a where b is not.
func without(a, b shape) shape {
	return shape{a.x0, a.y0, a.x1, a.y1,
		func(x, y float64) float64 { return max(a.dist(x, y), -b.dist(x, y)) }}
}

// above is the part of a shape above a height, below the part under it.
func above(a shape, y float64) shape { return both(a, box(-1, -1, 2, y, 0)) }
func below(a shape, y float64) shape { return both(a, box(-1, y, 2, 2, 0)) }
