package bigintest

import "sync"

// picture is a photo as it was uploaded, or one that is drawn when first asked
// for.
type picture struct {
	once sync.Once
	draw func() []byte
	data []byte
}

// newPicture returns nil when there is no photo.
func newPicture(data []byte, draw func() []byte) *picture {
	if data == nil && draw == nil {
		return nil
	}
	return &picture{data: data, draw: draw}
}

func (p *picture) bytes() []byte {
	p.once.Do(func() {
		if p.data == nil && p.draw != nil {
			p.data = p.draw()
		}
	})
	return p.data
}
