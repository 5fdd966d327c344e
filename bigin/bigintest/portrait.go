package bigintest

import (
	"math"
	"math/rand/v2"
)

// Where the face is.
const (
	faceX, faceY = 0.5, 0.45
	faceW, faceH = 0.165, 0.21
)

var (
	skins      = []uint32{0xffe0c7, 0xf7cfae, 0xedb98a, 0xd79a68, 0xb9774a, 0x8d5a34, 0x643d24}
	hairs      = []uint32{0x1d1a1c, 0x2f221d, 0x55341f, 0x7c4a24, 0xa8632a, 0xd9a452, 0xb5452a, 0x9a9aa2, 0xe3e1de}
	darkHairs  = []uint32{0x1d1a1c, 0x1d1a1c, 0x2f221d, 0x55341f, 0x9a9aa2} // with dark skin
	backdrops  = []uint32{0xbfe3e0, 0xf6d6bd, 0xd5d0f2, 0xfbe3a3, 0xc4dcf5, 0xf5c6cf, 0xd3e8bb, 0xcfd8dc, 0x8fb8b0, 0xe8b796}
	clothes    = []uint32{0x2f4858, 0x33658a, 0xc8553d, 0x588b8b, 0x6a4c93, 0xf2a541, 0x3d5a40, 0x7d1d3f, 0xf4f1ea, 0x222831, 0xd1495b, 0x5c7aea}
	irises     = []uint32{0x3b2417, 0x5a3a1d, 0x2f5d3a, 0x35608f, 0x5f6b73}
	scarves    = []uint32{0x5d3a5c, 0x1f6f78, 0xd8a48f, 0x2b3a67, 0x9c2c3b, 0xe9e3d5}
	menHair    = []string{"short", "short", "side", "curls", "bald", "hat", "side"}
	womenHair  = []string{"long", "long", "bob", "bun", "afro", "scarf", "side", "bob", "tail"}
	lipColours = []uint32{0xb5544d, 0x9d3c41, 0xc96a62}
)

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

// person is how somebody looks.
type person struct {
	skin, hair, cloth, iris rgb
	style                   string // of the hair
	beard, moustache        bool
	glasses, smile, lips    bool
	lip, scarf              rgb
}

func newPerson(r *rand.Rand, woman bool) person {
	p := person{
		skin: colour(pick(r, skins)), hair: colour(pick(r, hairs)), cloth: colour(pick(r, clothes)),
		iris: colour(pick(r, irises)), scarf: colour(pick(r, scarves)), lip: colour(pick(r, lipColours)),
		glasses: r.IntN(4) == 0, smile: r.IntN(3) > 0, lips: woman,
	}
	if !p.skin.bright() {
		p.hair = colour(pick(r, darkHairs))
	}
	if woman {
		p.style = pick(r, womenHair)
		return p
	}
	p.style = pick(r, menHair)
	p.beard = r.IntN(3) == 0
	p.moustache = p.beard || r.IntN(7) == 0
	return p
}

// portrait draws a person.
func portrait(c *canvas, r *rand.Rand, woman bool) {
	p := newPerson(r, woman)
	back := colour(pick(r, backdrops))
	c.fill(everywhere(), down(back.lighter(0.35), back, 0, 1))
	c.fill(circle(0.5, 0.5, 0.43), down(back.lighter(0.6), back.lighter(0.15), 0.05, 0.95))
	p.hairBehind(c)
	p.body(c, r)
	p.head(c)
	p.hairInFront(c)
	p.eyes(c)
	p.mouth(c)
}

func (p person) body(c *canvas, r *rand.Rand) {
	neck := p.skin.darker(0.14)
	c.fill(line(faceX, 0.58, faceX, 0.78, 0.15), neck.ink())
	torso := ellipse(0.5, 1.07, 0.40, 0.34)
	c.fill(torso, down(p.cloth.lighter(0.1), p.cloth.darker(0.2), 0.72, 1))
	switch r.IntN(3) {
	case 0: // round collar
		c.fill(ellipse(0.5, 0.735, 0.105, 0.06), p.cloth.darker(0.3).ink())
		c.fill(ellipse(0.5, 0.725, 0.085, 0.05), neck.ink())
	case 1: // open collar
		c.fill(convex(0.40, 0.72, 0.60, 0.72, 0.5, 0.90), neck.ink())
		c.fill(convex(0.40, 0.71, 0.50, 0.89, 0.46, 0.93, 0.36, 0.76), p.cloth.lighter(0.35).ink())
		c.fill(convex(0.60, 0.71, 0.64, 0.76, 0.54, 0.93, 0.50, 0.89), p.cloth.lighter(0.35).ink())
	default: // shirt under a jacket
		c.fill(convex(0.40, 0.72, 0.60, 0.72, 0.5, 1.05), colour(0xf7f7f4).ink())
		if !p.lips {
			tie := colour(pick(r, clothes)).darker(0.1)
			c.fill(convex(0.475, 0.76, 0.525, 0.76, 0.535, 1.0, 0.465, 1.0), tie.ink())
			c.fill(convex(0.47, 0.745, 0.53, 0.745, 0.515, 0.785, 0.485, 0.785), tie.lighter(0.12).ink())
		}
		c.fill(ellipse(0.5, 0.72, 0.078, 0.04), neck.ink())
	}
}

func (p person) head(c *canvas) {
	if p.style != "scarf" {
		for _, side := range []float64{-1, 1} {
			c.fill(ellipse(faceX+side*faceW, faceY+0.02, 0.032, 0.045), p.skin.darker(0.1).ink())
		}
	}
	c.wash(ellipse(faceX, faceY+faceH-0.005, 0.1, 0.045), p.skin.darker(0.5).ink(), 0.35, 0.05)
	face := ellipse(faceX, faceY, faceW, faceH)
	c.fill(face, across(p.skin.lighter(0.12), p.skin.darker(0.06), faceX-faceW, faceX+faceW))
	blush := p.skin.mix(colour(0xd8444a), 0.4)
	c.wash(circle(faceX-0.092, faceY+0.07, 0.028), blush.ink(), 0.45, 0.05)
	c.wash(circle(faceX+0.092, faceY+0.07, 0.028), blush.ink(), 0.45, 0.05)
	if p.beard {
		jaw := without(face, ellipse(faceX, faceY-0.03, faceW*0.92, faceH*0.72))
		c.fill(below(jaw, faceY), p.hair.ink())
		c.fill(below(face, faceY+0.135), p.hair.ink())
	}
}

func (p person) eyes(c *canvas) {
	dark := p.hair.darker(0.4)
	if dark.bright() {
		dark = colour(0x6b5d57)
	}
	for _, side := range []float64{-1, 1} {
		x, y := faceX+side*0.068, faceY-0.005
		c.fill(ellipse(x, y, 0.030, 0.021), colour(0xfdfcf8).ink())
		c.fill(circle(x, y, 0.0175), p.iris.ink())
		c.fill(circle(x, y, 0.009), colour(0x14100f).ink())
		c.fill(circle(x+0.006, y-0.007, 0.0045), colour(0xffffff).ink())
		c.fill(without(ellipse(x, y-0.004, 0.034, 0.027), ellipse(x, y+0.006, 0.036, 0.027)), dark.darker(0.3).ink())
		c.fill(line(x-side*0.028, y-0.056, x+side*0.006, y-0.063, 0.013), dark.ink())
		c.fill(line(x+side*0.006, y-0.063, x+side*0.034, y-0.05, 0.011), dark.ink())
		if p.glasses {
			c.wash(circle(x, y, 0.05), colour(0xffffff).ink(), 0.18, 0)
			c.fill(ring(x, y, 0.05, 0.009), colour(0x2a2a33).ink())
			c.fill(line(x+side*0.05, y-0.005, faceX+side*faceW, y-0.015, 0.008), colour(0x2a2a33).ink())
		}
	}
	if p.glasses {
		c.fill(line(faceX-0.02, faceY-0.012, faceX+0.02, faceY-0.012, 0.008), colour(0x2a2a33).ink())
	}
	shade := p.skin.darker(0.25)
	c.fill(line(faceX+0.006, faceY+0.02, faceX+0.018, faceY+0.062, 0.008), shade.ink())
	c.fill(line(faceX+0.018, faceY+0.062, faceX-0.008, faceY+0.067, 0.008), shade.ink())
}

func (p person) mouth(c *canvas) {
	y := faceY + 0.105
	if p.moustache {
		c.fill(ellipse(faceX-0.027, y-0.01, 0.037, 0.014), p.hair.ink())
		c.fill(ellipse(faceX+0.027, y-0.01, 0.037, 0.014), p.hair.ink())
	}
	lip := p.skin.mix(colour(0x8e3b3b), 0.55)
	if p.lips {
		lip = p.lip
	}
	if p.smile {
		c.fill(below(ellipse(faceX, y, 0.058, 0.04), y), lip.ink())
		c.fill(below(ellipse(faceX, y+0.003, 0.046, 0.02), y+0.003), colour(0xffffff).ink())
		return
	}
	for a := 0.25 * math.Pi; a < 0.74*math.Pi; a += 0.02 * math.Pi { // a closed smile
		c.fill(circle(faceX+0.06*math.Cos(a), y-0.025+0.045*math.Sin(a), 0.0065), lip.ink())
	}
}
