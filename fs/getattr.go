package fs

import (
	"context"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// forever is the lifetime of what does not change while the tree is mounted.
const forever = 24 * time.Hour

// fill sets the attributes that all files and directories have in common.
func (t *tree) fill(a *fuse.Attr, mode uint32, modified time.Time) {
	a.Mode, a.Nlink = mode, 1
	a.Uid, a.Gid = t.UID, t.GID
	if modified.IsZero() {
		modified = t.mounted
	}
	a.SetTimes(nil, &modified, &modified)
	a.Atime, a.Atimensec = a.Mtime, a.Mtimensec
}

// fillDir is fill for a directory.
func (t *tree) fillDir(a *fuse.Attr, modified time.Time) {
	t.fill(a, 0o555, modified)
	a.Nlink, a.Size = 2, 4096
}

// Getattr answers for the directories that never change.
func (t *tree) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	t.fillDir(&out.Attr, t.mounted)
	out.SetTimeout(forever)
	return 0
}

// left returns how much remains of a lifetime that began then.
func left(life time.Duration, begun time.Time) time.Duration {
	return max(0, life-bigin.Elapsed(begun))
}

func (r *record) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	rec, asOf, known := r.Backend.Known(r.module, r.id)
	if known && left(r.AttrTTL, asOf) > 0 {
		r.heard(rec)
	}
	r.fillDir(&out.Attr, r.dirTime(rec.Modified, r.mounted))
	out.SetTimeout(r.AttrTTL)
	return 0
}

// Getattr costs no call: the size belongs to the inode.
func (p *photo) Getattr(ctx context.Context, f fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	out.SetTimeout(p.fill(&out.Attr))
	return 0
}

// fill sets the attributes and returns their lifetime.
func (p *photo) fill(a *fuse.Attr) time.Duration {
	rec, asOf, known := p.Backend.Known(p.dir.module, p.dir.id)
	life := p.AttrTTL
	if rest := left(p.AttrTTL, asOf); known && rest > 0 {
		life = rest
	}
	p.tree.fill(a, 0o444, p.dir.photoTime(p.version, rec.Modified, p.arrival.Load().fetched))
	a.Size = uint64(p.size)
	if p.ByName == NameFiles {
		a.Nlink = 2
	}
	return life
}
