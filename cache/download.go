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

// downloads are the photos on their way, one per key however many ask for it.
// It is the only owner of their lives: a download goes on while operations
// hold it and between them, ends when the last that holds it went away, and
// its failure is told to whoever asks within the next moment too.
type downloads struct {
	ctx     context.Context // of all
	timeout time.Duration   // until the size of each is known

	mu      sync.Mutex
	current map[string]*download
}

// download is one of them. It is in downloads.current until its photo is
// complete, or the moment after its failure is over.
type download struct {
	began    time.Time
	sized    chan struct{} // closed when photo or err is settled
	photo    *bigin.Photo
	err      error // why there is no photo
	cancel   context.CancelCauseFunc
	priority *bigin.Priority // nil when someone asked for it from the start

	holders int   // guarded by downloads.mu, like the rest
	wanted  bool  // someone asked for it
	broken  error // why the photo is not complete
}

func newDownloads(ctx context.Context, timeout time.Duration) *downloads {
	return &downloads{ctx: ctx, timeout: timeout, current: make(map[string]*download)}
}

// fetch is how a photo is downloaded.
type fetch struct {
	// begin returns the photo once its size is known. It goes on arriving
	// until the context is done.
	begin func(context.Context) (*bigin.Photo, error)

	// over is called when the photo is complete, or is not to be had.
	over func(*bigin.Photo, error)
}

// hold returns the photo of the key once its size is known: one that is on its
// way, or one that is begun now. The caller has it until it calls release; ctx
// is that of the whole operation.
func (g *downloads) hold(ctx context.Context, key string, f fetch) (p *bigin.Photo, release func(), err error) {
	g.mu.Lock()
	d, ok := g.current[key]
	if !ok {
		d = g.start(g.ctx, key, f, nil)
	}
	d.holders++
	d.wanted = true
	g.mu.Unlock()
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

// join is hold for a photo that is on its way as far as is known. ok is false
// when it is not any more.
func (g *downloads) join(ctx context.Context, key string, p *bigin.Photo) (release func(), ok bool) {
	g.mu.Lock()
	d := g.current[key]
	if d != nil {
		select {
		case <-d.sized:
			ok = d.photo == p && d.broken == nil
		default:
		}
	}
	if !ok {
		g.mu.Unlock()
		return nil, false
	}
	d.holders++
	d.wanted = true
	g.mu.Unlock()
	d.priority.Raise()
	return func() { g.release(ctx, key, d) }, true
}

// release ends a hold. The download ends with the last one, if that went away
// for good: between looking a photo up and reading it nobody holds it.
func (g *downloads) release(ctx context.Context, key string, d *download) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if d.holders--; d.holders > 0 || g.current[key] != d || !leftForGood(ctx) {
		return
	}
	d.cancel(fmt.Errorf("%w: %w", bigin.ErrAbandoned, context.Cause(ctx)))
	delete(g.current, key) // whoever comes now starts anew
}

// ahead begins a download that nobody asked for yet, unless one is under way.
func (g *downloads) ahead(key string, f fetch) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.current[key]; ok {
		return false
	}
	ctx, priority := bigin.InBackground(g.ctx)
	g.start(ctx, key, f, priority)
	return true
}

// start begins a download. The caller holds the lock.
func (g *downloads) start(ctx context.Context, key string, f fetch, priority *bigin.Priority) *download {
	ctx, cancel := context.WithCancelCause(ctx)
	d := &download{began: time.Now(), sized: make(chan struct{}), cancel: cancel, priority: priority}
	g.current[key] = d
	go func() {
		defer cancel(nil)
		d.photo, d.err = g.begin(ctx, cancel, f)
		close(d.sized)
		err := d.err
		if err == nil {
			<-d.photo.Done()
			err = d.photo.Err()
		}
		f.over(d.photo, err)
		g.end(key, d, err)
	}()
	return d
}

// begin returns the photo once its size is known, within the time for that.
func (g *downloads) begin(ctx context.Context, cancel context.CancelCauseFunc, f fetch) (*bigin.Photo, error) {
	late := time.AfterFunc(g.timeout, func() { cancel(context.DeadlineExceeded) })
	defer late.Stop()
	return guarded(func() (*bigin.Photo, error) { return f.begin(ctx) })
}

// end takes note that a download is over.
func (g *downloads) end(key string, d *download, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.current[key] != d {
		return // abandoned
	}
	d.broken = err
	if !toldAgain(err) || !d.wanted || g.ctx.Err() != nil {
		delete(g.current, key)
		return
	}
	time.AfterFunc(failureLife, func() {
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
			photos[key] = d.photo
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
