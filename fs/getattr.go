package fs

import (
	"time"

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

// left returns how much remains of a lifetime that began then.
func left(life time.Duration, begun time.Time) time.Duration {
	return max(0, life-time.Since(begun))
}
