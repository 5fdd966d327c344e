package cache

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// downloads are the photos on their way, one per key however many ask for it. It
// alone owns their lives: a download goes on while operations hold it and between
// them, and ends when the last operation that holds it goes away for good. Whoever
// asks within a moment after a failure gets the same failure.
type downloads struct {
	lives   *lives
	timeout time.Duration // until the size of each is known

	mu      sync.Mutex
	current map[string]*download
}

// download is one of them. It is in downloads.current until its photo is
// complete, or until a moment after its failure.
type download struct {
	began    time.Time
	sized    chan struct{} // closed when photo or err is settled
	over     chan struct{} // closed when nothing more happens to it
	photo    *content
	err      error // why there is no photo
	cancel   context.CancelCauseFunc
	priority *bigin.Priority // nil when someone asked for it from the start

	holders int   // guarded by downloads.mu, like the rest
	wanted  bool  // someone asked for it
	broken  error // why the photo is not complete
}

func newDownloads(l *lives, timeout time.Duration) *downloads {
	return &downloads{lives: l, timeout: timeout, current: make(map[string]*download)}
}

// fetch is how a photo is downloaded.
type fetch struct {
	// begin returns the photo once its size is known. It goes on arriving
	// until the context is done.
	begin func(context.Context) (*content, error)

	// over is called when the photo is complete, or has failed.
	over func(*content, error)

	// good reports whether those who ask now may have that photo.
	good func(*content) bool
}

// hold returns the photo of the key once its size is known: the one on its way, or
// one that begins now. The caller holds it until it calls release; ctx is that of
// the whole operation. When the one on its way is found not to be good, the next is
// begun once it is over; that one is good enough.
func (g *downloads) hold(ctx context.Context, key string, f fetch) (e *content, release func(), err error) {
	for tries := 0; ; tries++ {
		d := g.join(key, f)
		e, release, err := g.await(ctx, key, d)
		if err != nil || tries > 0 || f.good(e) {
			return e, release, err
		}
		select {
		case <-d.over:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		release()
		if err != nil {
			return nil, nil, err
		}
	}
}

// join adds a holder to the download of the key, which is begun if need be.
func (g *downloads) join(key string, f fetch) *download {
	g.mu.Lock()
	defer g.mu.Unlock()
	d, ok := g.current[key]
	if !ok {
		d = g.start(g.lives.ctx, key, f, nil)
	}
	d.holders++
	d.wanted = true
	return d
}

// await is the second half of hold.
func (g *downloads) await(ctx context.Context, key string, d *download) (e *content, release func(), err error) {
	d.priority.Raise()
	select {
	case <-d.sized:
		g.mu.Lock()
		err := d.broken
		g.mu.Unlock()
		if err != nil || d.err != nil {
			g.release(ctx, key, d)
			return nil, nil, firstError(d.err, err)
		}
		return d.photo, func() { g.release(ctx, key, d) }, nil
	case <-ctx.Done():
		g.release(ctx, key, d)
		return nil, nil, context.Cause(ctx)
	}
}

// holdVersion is hold for whoever reads a photo that is on its way. ok is false
// when it is not, or not any more.
func (g *downloads) holdVersion(ctx context.Context, key string, v *bigin.Version) (e *content, release func(), ok bool) {
	g.mu.Lock()
	d := g.arriving(key)
	if d == nil || d.photo.photo.Version() != v {
		g.mu.Unlock()
		return nil, nil, false
	}
	d.holders++
	d.wanted = true
	g.mu.Unlock()
	d.priority.Raise()
	return d.photo, func() { g.release(ctx, key, d) }, true
}

// arrives reports whether the photo of the key is on its way and its size known.
func (g *downloads) arrives(key string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.arriving(key) != nil
}

// arriving returns the download of the key if its size is known and it has not
// failed so far. The caller holds the lock.
func (g *downloads) arriving(key string) *download {
	d, ok := g.current[key]
	if !ok || d.broken != nil {
		return nil
	}
	select {
	case <-d.sized:
		if d.err == nil {
			return d
		}
	default:
	}
	return nil
}

// release ends a hold. The last one ends the download too if its caller went away
// for good: between looking a photo up and reading it nobody holds it.
func (g *downloads) release(ctx context.Context, key string, d *download) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if d.holders--; d.holders > 0 || g.current[key] != d || !leftForGood(ctx) {
		return
	}
	d.cancel(fmt.Errorf("%w: %w", bigin.ErrAbandoned, context.Cause(ctx)))
	delete(g.current, key) // whoever comes now starts over
}

// ahead begins a download that nobody asked for yet, unless one is under way.
func (g *downloads) ahead(key string, f fetch) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.current[key]; ok {
		return false
	}
	ctx, priority := bigin.InBackground(g.lives.ctx)
	g.start(ctx, key, f, priority)
	return true
}

// start begins a download. The caller holds the lock.
func (g *downloads) start(ctx context.Context, key string, f fetch, priority *bigin.Priority) *download {
	ctx, cancel := context.WithCancelCause(ctx)
	d := &download{
		began: time.Now(), sized: make(chan struct{}), over: make(chan struct{}),
		cancel: cancel, priority: priority,
	}
	g.current[key] = d
	begun := g.lives.run(func() {
		defer cancel(nil)
		d.photo, d.err = g.begin(ctx, cancel, f)
		close(d.sized)
		err := d.err
		if err == nil {
			<-d.photo.photo.Done()
			err = d.photo.photo.Err()
		}
		f.over(d.photo, err)
		g.end(key, d, err)
		close(d.over)
	})
	if !begun {
		cancel(nil)
		delete(g.current, key)
		d.err = context.Canceled
		close(d.sized)
		close(d.over)
	}
	return d
}

// begin returns the photo once its size is known, within the time for that.
func (g *downloads) begin(ctx context.Context, cancel context.CancelCauseFunc, f fetch) (*content, error) {
	late := time.AfterFunc(g.timeout, func() { cancel(context.DeadlineExceeded) })
	defer late.Stop()
	return guarded(func() (*content, error) { return f.begin(ctx) })
}

// end notes that a download is over.
func (g *downloads) end(key string, d *download, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.current[key] != d {
		return // abandoned
	}
	d.broken = err
	if !toldAgain(err) || !d.wanted || g.lives.ctx.Err() != nil {
		delete(g.current, key)
		return
	}
	g.lives.after(failureLife, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.current[key] == d {
			delete(g.current, key)
		}
	})
}

// stats returns what is on its way, the oldest first.
func (g *downloads) stats() []DownloadStats {
	all := []DownloadStats{}
	photos := map[string]*bigin.Photo{}
	g.mu.Lock()
	for key, d := range g.current {
		select {
		case <-d.sized:
			if d.err != nil || d.broken != nil {
				continue // over, and told for a moment longer
			}
			photos[key] = d.photo.photo
		default:
		}
		all = append(all, DownloadStats{Photo: key, Began: d.began, Ahead: !d.wanted, Size: -1})
	}
	g.mu.Unlock()
	for i := range all {
		if p := photos[all[i].Photo]; p != nil {
			all[i].Arrived, all[i].Size = p.Arrived(), p.Size()
		}
	}
	slices.SortFunc(all, func(a, b DownloadStats) int {
		return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.Photo, b.Photo))
	})
	return all
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
