package bigin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A Photo is the picture of one record, complete or still arriving. Its size
// is known from the start; its bytes can be read as they come in. It never
// changes: when Bigin has another picture, that is another Photo. It is safe
// for concurrent use.
type Photo struct {
	size    int64
	mime    string
	fetched time.Time
	version *Version

	mu      sync.Mutex
	buf     []byte        // len(buf) is size, and arrived bytes of it are valid
	arrived int64         // grows until size or err
	err     error         // why no more bytes come
	more    chan struct{} // closed and replaced whenever arrived or err changes
	late    late
}

// late notes that a reader ran out of time.
type late struct {
	err     error
	at      time.Time
	arrived int64 // as much was there
}

// lateLife is how long other readers get the same error: the kernel lets the
// readers of one page in one after the other.
const lateLife = time.Second

// A Version reports whether two downloads brought the same picture, without
// keeping the bytes of either. Versions are compared by [Photo.Matches].
type Version struct {
	done chan struct{} // closed when the download is over
	size int64
	n    int64  // bytes that arrived
	sum  uint64 // of these bytes
}

// seed makes sums comparable within this process only, which is as long as a
// Version lives.
var seed = maphash.MakeSeed()

// newPhoto returns a photo that fills buf, of which nothing has arrived.
func newPhoto(buf []byte, mime string) *Photo {
	size := int64(len(buf))
	return &Photo{
		size: size, mime: mime, fetched: time.Now(),
		version: &Version{done: make(chan struct{}), size: size},
		buf:     buf,
		more:    make(chan struct{}),
	}
}

// NewPhoto returns a complete photo of these bytes, which it keeps.
func NewPhoto(b []byte) *Photo {
	p := newPhoto(b, http.DetectContentType(b))
	p.arrived = p.size
	p.finish(nil)
	return p
}

// Size is the length of the photo in bytes.
func (p *Photo) Size() int64 { return p.size }

// Arrived is how many of these are there.
func (p *Photo) Arrived() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.arrived
}

// MIME is the media type that the first bytes show, such as "image/jpeg". What
// Bigin says of the type is not reliable.
func (p *Photo) MIME() string { return p.mime }

// Fetched is when Bigin answered.
func (p *Photo) Fetched() time.Time { return p.fetched }

// Version identifies the picture.
func (p *Photo) Version() *Version { return p.version }

// Done is closed when the photo is complete or no more of it will come.
func (p *Photo) Done() <-chan struct{} { return p.version.done }

// Err is nil while the photo arrives and when it is complete; otherwise it
// says why the download ended.
func (p *Photo) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Bytes returns up to n bytes from offset off, fewer only at the end of the
// photo. It waits for them to arrive until ctx is done. When the deadline
// passes first, other readers fail at once for a second, or until more has
// arrived. The caller must not change the bytes.
func (p *Photo) Bytes(ctx context.Context, off int64, n int) ([]byte, error) {
	end := min(off+int64(n), p.size)
	if off < 0 || off >= end {
		return nil, nil
	}
	if err := p.wait(ctx, end); err != nil {
		return nil, err
	}
	return p.buf[off:end:end], nil
}

// Matches reports whether this photo has the bytes that the download of v
// brought. It waits for both as far as it must, until ctx is done.
func (p *Photo) Matches(ctx context.Context, v *Version) (bool, error) {
	if p.version == v {
		return true, nil
	}
	if p.size != v.size {
		return false, nil
	}
	select {
	case <-v.done:
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	if err := p.wait(ctx, v.n); err != nil {
		return false, err
	}
	return maphash.Bytes(seed, p.buf[:v.n]) == v.sum, nil
}

// wait returns once n bytes have arrived.
func (p *Photo) wait(ctx context.Context, n int64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.arrived < n {
		if p.err != nil {
			return p.err
		}
		if p.late.err != nil && p.late.arrived == p.arrived && time.Since(p.late.at) < lateLife {
			return p.late.err
		}
		more := p.more
		p.mu.Unlock()
		var gaveUp error
		select {
		case <-more:
		case <-ctx.Done():
			gaveUp = context.Cause(ctx)
		}
		p.mu.Lock()
		if gaveUp != nil && p.arrived < n {
			if errors.Is(gaveUp, context.DeadlineExceeded) {
				p.late = late{gaveUp, time.Now(), p.arrived}
			}
			return gaveUp
		}
	}
	return nil
}

// receive appends what comes from r. On a second try r starts at the first
// byte again: what has arrived must be the same, else it is ErrChanged.
func (p *Photo) receive(r io.Reader) error {
	have, pos := p.arrived, int64(0) // only this goroutine writes arrived
	var again []byte
	if have > 0 {
		again = make([]byte, min(have, 64<<10))
	}
	for pos < have {
		n, err := r.Read(again[:min(int64(len(again)), have-pos)])
		if !bytes.Equal(again[:n], p.buf[pos:pos+int64(n)]) {
			return ErrChanged
		}
		if pos += int64(n); err != nil && pos < have {
			return cut(err)
		}
	}
	for pos < p.size {
		n, err := r.Read(p.buf[pos:])
		if pos += int64(n); n > 0 {
			p.mu.Lock()
			p.arrived = pos
			p.wake()
			p.mu.Unlock()
		}
		if err != nil && pos < p.size {
			return cut(err)
		}
	}
	return nil
}

// finish says that no more bytes come, for the reason err unless complete.
func (p *Photo) finish(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	p.version.n = p.arrived
	p.version.sum = maphash.Bytes(seed, p.buf[:p.arrived])
	p.wake()
	close(p.version.done)
}

func (p *Photo) wake() {
	close(p.more)
	p.more = make(chan struct{})
}

// sniff returns the media type of a picture that starts with these bytes, or
// ErrNotImage.
func sniff(head []byte) (string, error) {
	mime := http.DetectContentType(head)
	if !strings.HasPrefix(mime, "image/") {
		return "", fmt.Errorf("%w but %s", ErrNotImage, mime)
	}
	return mime, nil
}

// KeptPhoto returns a complete photo of these bytes, which it keeps, that was
// downloaded then. A date ahead of this machine's clock, which another machine may have
// kept, counts as now.
func KeptPhoto(b []byte, fetched time.Time) *Photo {
	p := NewPhoto(b)
	p.fetched = Rebased(fetched)
	return p
}
