package cache

import (
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/biginfs/biginfs/bigin"
)

// maxWalks is how many walks are told apart. One more takes the place of the one
// that has rested longest.
const maxWalks = 16

// sureWindow is how many photos are fetched ahead after the second of a walk, if
// nothing else was asked for in between. A neighbour of a photo asked for longer
// ago may be one by chance, and is worth a single photo.
const sureWindow = 4

// walks are the tools that go from one photo to the next. Only a second photo next
// to one just asked for makes a walk; "next" skips records without a photo.
type walks struct {
	mu   sync.Mutex
	list []*walk // the latest first

	running atomic.Int64 // photos being fetched ahead
	unread  atomic.Int64 // bytes fetched ahead and not asked for yet
	latest  atomic.Int64 // bytes of the photo that came last
}

type walk struct {
	module   bigin.Module
	at       bigin.RecordID // asked for last
	frontier bigin.RecordID // fetched ahead up to here; meaningful when dir is not 0
	dir      int            // 1 forwards, -1 backwards, 0 not known yet
	window   int            // records to be ahead of at
	needs    bool           // a photo of it had to be fetched
	reads    bool           // the last was read, not only looked at
}

// interest is what whoever asks for a photo shows of itself.
type interest int

const (
	looks interest = iota // at a photo that is there
	needs                 // a photo that has to be fetched, be it for its size
	reads                 // the bytes of a photo
)

// interestIn is that of whoever asks for a photo that is not there, or is past
// its time. Whoever knows the size and asks all the same wants the bytes.
func (c *Cache) interestIn(m bigin.Module, id bigin.RecordID, v *bigin.Version) interest {
	k, ok := c.find(m, id)
	switch e, _, kept := c.photos.get(key(m, id)); {
	case v != nil:
		return reads
	case kept && ok && e.sure && c.index(m).belief.same(e.of.Record, k.Record):
		if now, _ := c.believed(m, e.photo.Fetched()); now {
			return looks
		}
	case !kept && ok && c.sizeIsKnown(m, k.Record):
		return reads
	}
	return needs
}

// sizeIsKnown tells whether the size of a photo is remembered.
func (c *Cache) sizeIsKnown(m bigin.Module, r bigin.Record) bool {
	doubted, nonce := c.index(m).belief.state()
	_, ok := c.index(m).sightings.get(r, nonce)
	return ok && !doubted
}

// readAhead takes note that a photo was asked for, and fetches those that will
// be next. A walk whose photos are all there has nothing fetched while they are
// only looked at, nor has any walk what is of a known size: a tool that wants
// sizes, like du, or rsync over what it has copied, reads no photos.
func (c *Cache) readAhead(m bigin.Module, id bigin.RecordID, in interest) {
	if c.o.Ahead == 0 {
		return
	}
	l := c.order(m)
	if l == nil {
		return // no listing, no neighbours
	}
	c.walks.mu.Lock()
	defer c.walks.mu.Unlock()
	w := c.walks.step(l, m, id, c.o.Ahead)
	w.needs, w.reads = w.needs || in != looks, in == reads
	c.fetch(l, w)
}

// Walk says that somebody who has read the listing of the module to its end now
// begins with the photo of this record. If that is the first photo or the last,
// the rest will follow: evidence enough to fetch as many as are allowed at once,
// this one first.
func (c *Cache) Walk(m bigin.Module, id bigin.RecordID) {
	l := c.order(m)
	if c.o.Ahead == 0 || l == nil {
		return
	}
	for dir, end := range map[int]bigin.RecordID{1: 0, -1: math.MaxInt64} {
		if !slices.Equal(l.neighbours(end, dir, 1), []bigin.RecordID{id}) {
			continue
		}
		c.walks.mu.Lock()
		defer c.walks.mu.Unlock()
		w := &walk{module: m, at: end, frontier: end, dir: dir, window: c.o.Ahead, needs: true}
		c.walks.begin(w)
		c.fetch(l, w)
		return
	}
}

// begin adds a walk, if need be in the place of the one that has rested longest.
// The caller holds the lock.
func (s *walks) begin(w *walk) {
	s.list = slices.Insert(s.list[:min(len(s.list), maxWalks-1)], 0, w)
}

// step returns the walk that the record belongs to, moved there, or a new one.
// The caller holds the lock.
func (s *walks) step(l *snapshot, m bigin.Module, id bigin.RecordID, most int) *walk {
	for i, w := range s.list {
		if w.module != m || !w.take(l, id, most, i == 0) {
			continue
		}
		s.list = slices.Insert(slices.Delete(s.list, i, i+1), 0, w)
		return w
	}
	w := &walk{module: m, at: id, frontier: id, window: 1}
	s.begin(w)
	return w
}

// take moves the walk to the record, if it leads there. sure matters only for the
// second record, which gives the direction.
func (w *walk) take(l *snapshot, id bigin.RecordID, most int, sure bool) bool {
	if id == w.at {
		return true
	}
	for _, dir := range []int{1, -1} {
		if w.dir == -dir || !slices.Equal(l.neighbours(w.at, dir, 1), []bigin.RecordID{id}) {
			continue
		}
		w.at = id
		switch {
		case w.dir != 0 && w.needs: // else nothing shows yet that it would pay
			w.window = min(2*w.window, most)
		case w.dir == 0 && sure:
			w.window = min(sureWindow, most)
		}
		if w.dir == 0 {
			w.dir, w.frontier = dir, id
		}
		return true
	}
	switch {
	case w.dir == 0:
		return false
	case w.before(w.at, id) && !w.before(w.frontier, id):
		w.at, w.window = id, max(2, w.window/2) // skipped some: a reader less sure
		return true
	default: // several readers on a walk that is under way are a little out of order
		return w.window > sureWindow && w.before(id, w.at) && slices.Contains(l.neighbours(id, w.dir, most), w.at)
	}
}

// before reports whether the walk passes a earlier than b.
func (w *walk) before(a, b bigin.RecordID) bool { return w.dir > 0 && a < b || w.dir < 0 && a > b }

// fetch starts the downloads that the walk lacks, within the number allowed at
// once and half of the cache: photos fetched ahead must not push each other out.
// The caller holds the lock.
func (c *Cache) fetch(l *snapshot, w *walk) {
	if w.dir == 0 || !w.needs {
		return
	}
	photos, bytes := c.photos.load()
	usual := c.walks.latest.Load() // size to expect of the next photo
	if photos > 0 {
		usual = bytes / int64(photos)
	}
	for _, id := range l.neighbours(w.at, w.dir, w.window) {
		running := c.walks.running.Load()
		if running >= int64(c.o.Ahead) || c.walks.unread.Load()+(running+1)*usual > c.o.Size/2 {
			return
		}
		if !w.before(w.frontier, id) {
			continue // each is fetched ahead once, whatever came of it
		}
		key := key(w.module, id)
		e, fresh, kept := c.photos.get(key)
		if r, ok := l.find(id); ok && !kept && !w.reads && c.sizeIsKnown(w.module, r) {
			continue
		}
		w.frontier = id
		if fresh && !c.outdated(w.module, id, e) || c.absent(w.module, id) != nil {
			continue
		}
		c.walks.running.Add(1)
		if !c.photoLoads.ahead(key, c.fetchOf(w.module, id, true)) {
			c.walks.running.Add(-1)
		}
	}
}

// fetched notes the end of a download made ahead, and lets the walks go on.
func (c *Cache) fetched(err error) {
	c.walks.running.Add(-1)
	c.walks.mu.Lock()
	defer c.walks.mu.Unlock()
	if err != nil && !definite(err) && !errors.Is(err, bigin.ErrAbandoned) {
		c.walks.list = nil // whoever walks on will meet the error itself
		return
	}
	for _, w := range c.walks.list {
		if l := c.order(w.module); l != nil {
			c.fetch(l, w)
		}
	}
}

// demanded notes that someone asked for a photo, which may be fetched ahead.
func (c *Cache) demanded(e *content) { c.settle(e, &c.counts.aheadUsed) }

// dropped notes a photo that left the cache.
func (c *Cache) dropped(_ string, e *content) { c.settle(e, &c.counts.aheadNo) }

// settle counts what became of a photo fetched ahead, the first time it is known.
func (c *Cache) settle(e *content, count *atomic.Int64) {
	if e.ahead.CompareAndSwap(true, false) {
		count.Add(1)
		c.walks.unread.Add(-e.photo.Size())
	}
}
