package disk

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// pause is how long a disk that failed is left alone.
const pause = time.Minute

// write is the one writer. It begins by counting what is there, since a
// process that was killed may have left the count wrong.
func (p *Photos) write(ctx context.Context) {
	defer close(p.ended)
	p.count(ctx)
	for {
		t, ok := p.tasks.next()
		if !ok {
			return
		}
		if ctx.Err() != nil || t.photo != nil && time.Now().Before(p.paused) {
			continue
		}
		p.tried(p.do(ctx, t))
	}
}

func (p *Photos) count(ctx context.Context) {
	d := p.place.Load()
	if d == nil {
		p.paused = time.Now().Add(pause)
		return
	}
	p.tried(locked(ctx, d.all, func(l *ledger) error {
		return p.recount(ctx, d, l, p.o.Size)
	}))
}

// tried notes what came of an attempt to write.
func (p *Photos) tried(err error) {
	switch {
	case err == nil:
		p.trouble.canKeep()
	case errors.Is(err, context.Canceled): // it is over
	default:
		p.paused = time.Now().Add(pause)
		p.trouble.cannotKeep(err)
	}
}

func (p *Photos) do(ctx context.Context, t task) error {
	d := p.place.Load()
	if d == nil {
		var err error
		if d, err = openDirectory(p.o.Dir, p.o.Account); err != nil {
			return err
		}
		p.place.Store(d)
	}
	return locked(ctx, d.all, func(l *ledger) error {
		if t.photo == nil {
			return p.forget(d, l, t.file)
		}
		return p.keep(ctx, d, l, t)
	})
}

// keep writes a photo, for which it makes room, and removes other versions of it.
// The ledger is written first: if the process is killed, the ledger says too much
// and never too little.
func (p *Photos) keep(ctx context.Context, d *directory, l *ledger, t task) error {
	need := onDisk(int64(fixed+len(d.key(t.file))+len(t.photo))) + block // perhaps a directory too
	if need > p.o.Size {
		return nil
	}
	u := l.usage()
	if u.bytes < 0 || u.bytes+need > p.o.Size {
		// More than needed goes, so that the next sweep is a while away.
		if err := p.recount(ctx, d, l, min(p.o.Size-p.o.Size/16, p.o.Size-need)); err != nil {
			return err
		}
		u = l.usage()
	}
	old, err := d.versions(t.file)
	if err != nil {
		return err
	}
	if err := l.save(usage{u.photos + 1, u.bytes + need}); err != nil {
		return err
	}
	took, err := d.create(t.file, t.photo, t.fetched)
	if err != nil {
		return errors.Join(err, l.save(u))
	}
	u.photos++
	u.bytes += took
	for _, v := range old {
		if v.path != t.path() {
			if err := d.own.Remove(v.path); err != nil {
				continue
			}
		}
		u.photos--
		u.bytes -= v.size
	}
	return p.record(l, u)
}

// forget removes all versions.
func (p *Photos) forget(d *directory, l *ledger, f file) error {
	old, err := d.versions(f)
	if err != nil || len(old) == 0 {
		return err
	}
	u := l.usage()
	var errs []error
	for _, v := range old {
		if err := d.own.Remove(v.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
			continue
		}
		u.photos--
		u.bytes -= v.size
	}
	return errors.Join(append(errs, p.record(l, u))...)
}

// record writes what the directory holds now, for all processes and for Stats.
func (p *Photos) record(l *ledger, u usage) error {
	p.used.Store(&u)
	return l.save(u)
}

// recount finds out what the directory holds, and removes what exceeds most
// bytes.
func (p *Photos) recount(ctx context.Context, d *directory, l *ledger, most int64) error {
	u, err := d.sweep(ctx, most)
	if err != nil {
		return err
	}
	return p.record(l, u)
}
