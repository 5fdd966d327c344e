package disk

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
)

// Options say where and how much is kept. Dir, Size and Account are required.
type Options struct {
	Dir     string       // made, with mode 0700, if it is not there
	Size    int64        // bytes at most that the directory holds, of all accounts
	Account string       // tells accounts apart; hashed, so it may be a secret
	Log     *slog.Logger // nil discards
}

// Photos are the photos of one account on disk. They are safe for concurrent
// use.
type Photos struct {
	o     Options
	place atomic.Pointer[directory] // nil while the disk cannot be used
	load  func(*directory, file) ([]byte, time.Time, error)

	tasks   queue
	ended   chan struct{} // closed when nothing is written any more
	stop    context.CancelFunc
	paused  time.Time // until then nothing is written; for the writer only
	trouble trouble

	hits, misses, damaged atomic.Int64
	late                  atomic.Int64 // reads whose callers have given up
	used                  atomic.Pointer[usage]
}

var _ cache.Tier = (*Photos)(nil)

const (
	slow     = 2 * time.Second  // a disk that takes longer to read a photo is asked for no others meanwhile
	flushing = 10 * time.Second // for writing what is still waiting at the end
)

// Open returns the photos in a directory. Close them.
//
// A directory that others could read or write, or that cannot be made, is an
// error, [ErrUnsafe] in the first case. A disk that is full, broken or
// read-only is not: it is logged, and tried again later.
func Open(o Options) (*Photos, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p := &Photos{o: o, load: (*directory).read, ended: make(chan struct{})}
	p.trouble.log = o.Log.With("dir", o.Dir)
	p.used.Store(&usage{})
	d, err := openDirectory(o.Dir, o.Account)
	switch {
	case err == nil:
		p.place.Store(d)
	case diskTrouble(err):
		p.trouble.cannotKeep(err)
	default:
		return nil, err
	}
	p.tasks.wake = make(chan struct{}, 1)
	var ctx context.Context
	ctx, p.stop = context.WithCancel(context.Background())
	go p.write(ctx)
	return p, nil
}

// Close writes what is waiting to be written, for ten seconds at most.
func (p *Photos) Close() {
	p.tasks.close()
	select {
	case <-p.ended:
	case <-time.After(flushing):
	}
	p.stop()
	if d := p.place.Load(); d != nil {
		d.close()
	}
}

// Photo reads the photo of that version of the record. It waits two seconds for a
// disk that hangs, once.
func (p *Photos) Photo(ctx context.Context, m bigin.Module, r bigin.Record) (b []byte, fetched time.Time, ok bool) {
	if b, fetched, ok = p.read(ctx, m, r); ok {
		p.hits.Add(1)
	} else {
		p.misses.Add(1)
	}
	return b, fetched, ok
}

func (p *Photos) read(ctx context.Context, m bigin.Module, r bigin.Record) ([]byte, time.Time, bool) {
	d, name := p.place.Load(), fileOf(m, r)
	if d == nil || !r.HasPhoto() || r.Modified.IsZero() || p.late.Load() > 0 {
		return nil, time.Time{}, false
	}
	var (
		b       []byte
		fetched time.Time
		err     error
		done    = make(chan struct{})
	)
	go func() { // no context ends a system call
		defer close(done)
		b, fetched, err = p.load(d, name)
	}()
	limit := time.NewTimer(slow)
	defer limit.Stop()
	select {
	case <-done:
		return b, fetched, p.judge(d, name, fetched, err)
	case <-ctx.Done():
	case <-limit.C:
		p.trouble.cannotRead(errSlow)
		p.late.Add(1)
		go func() { <-done; p.late.Add(-1) }()
	}
	return nil, time.Time{}, false
}

// judge reports whether what was read is of use.
func (p *Photos) judge(d *directory, name file, fetched time.Time, err error) bool {
	switch {
	case err == nil:
		p.trouble.canRead()
		return !fetched.After(time.Now().Add(time.Minute)) // else the clock is wrong, or was
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, os.ErrClosed):
	case errors.Is(err, errDamaged):
		p.damaged.Add(1)
		p.trouble.damaged(err)
		_ = d.own.Remove(name.path()) // if that fails, it stays a miss
	default:
		p.trouble.cannotRead(err)
	}
	return false
}

// Keep has the photo written in the background. It is dropped when too much is
// waiting already, when the disk has just failed, and when the version of the
// record is not known.
func (p *Photos) Keep(m bigin.Module, r bigin.Record, b []byte, fetched time.Time) {
	if r.HasPhoto() && !r.Modified.IsZero() && int64(len(b)) < p.o.Size {
		p.tasks.add(task{file: fileOf(m, r), photo: b, fetched: fetched})
	}
}

// Forget has all versions removed in the background.
func (p *Photos) Forget(m bigin.Module, id bigin.RecordID) {
	p.tasks.add(task{file: file{module: m, id: id}})
}

// Stats says what the whole directory holds, as of the last photo that this
// process kept, and what this process did.
func (p *Photos) Stats() cache.TierStats {
	used := p.used.Load()
	return cache.TierStats{
		Name: "disk", Photos: used.photos, Bytes: used.bytes, Size: p.o.Size,
		Hits: p.hits.Load(), Misses: p.misses.Load(), Damaged: p.damaged.Load(),
		Problem: p.trouble.problem(),
	}
}
