package fs

import (
	"context"
	"strings"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// mimeAttr holds the media type of a photo under its freedesktop name.
//
// https://www.freedesktop.org/wiki/CommonExtendedAttributes/
const mimeAttr = "user.mime_type"

// factPrefix begins the names of attributes that pass on what Bigin says.
const factPrefix = "user.bigin."

// Values of the fact "source".
const (
	fromNetwork = "network"
	fromCache   = "cache"
)

// source says where something came from that was fetched at one time, for an
// operation that began at another.
func source(fetched, asked time.Time) string {
	if fetched.Before(asked) {
		return fromCache
	}
	return fromNetwork
}

// Getxattr answers for files without attributes of ours. EOPNOTSUPP makes ls -l
// stop at the first file: after ENODATA it asks every one for its security
// context and two ACLs. After ENOSYS the kernel would never ask again, not even
// for ours.
func (t *tree) Getxattr(ctx context.Context, attr string, dest []byte) (uint32, syscall.Errno) {
	return 0, syscall.EOPNOTSUPP
}

// Listxattr does the same for newer versions of ls, which list attributes
// instead (coreutils 9.7). That is why only photos list their facts.
func (t *tree) Listxattr(ctx context.Context, dest []byte) (uint32, syscall.Errno) {
	return 0, syscall.EOPNOTSUPP
}

// facts are extended attributes by name. All are known without a call, and what
// is not known is not there.
type facts map[string]string

// recordFacts returns those of a record that was fetched then, from that source.
func (t *tree) recordFacts(m bigin.Module, id bigin.RecordID, fetched time.Time, source string) facts {
	f := facts{
		factRecordID: id.String(),
		factModule:   string(m),
	}
	rec, _, _ := t.Backend.Known(m, id)
	if rec.Name != "" {
		f[factPrefix+"name"] = rec.Name
	}
	if !rec.Modified.IsZero() {
		f[factPrefix+"modified_time"] = rec.Modified.Format(time.RFC3339)
	}
	if !fetched.IsZero() {
		f[factPrefix+"fetched_at"] = fetched.UTC().Format(time.RFC3339)
		f[factPrefix+"source"] = source
	}
	return f
}

const (
	factRecordID = factPrefix + "record_id"
	factModule   = factPrefix + "module"
)

// listedFacts are those that a photo lists: what is known of every photo, however
// it was looked up, so that a backup of an unchanged account finds what it found
// before. The others can be read by name: what the record says is known only once
// its module was listed, and the rest changes from one moment to the next.
var listedFacts = []string{factModule, factRecordID, mimeAttr} // in the order of their names

func (f facts) get(name string, dest []byte) (uint32, syscall.Errno) {
	if !strings.HasPrefix(name, "user.") {
		return 0, syscall.EOPNOTSUPP
	}
	v, ok := f[name]
	if !ok {
		return 0, syscall.ENODATA
	}
	return attrValue([]byte(v), dest)
}

func (f facts) list(dest []byte) (uint32, syscall.Errno) {
	var names []byte
	for _, name := range listedFacts {
		if _, ok := f[name]; ok {
			names = append(append(names, name...), 0)
		}
	}
	return attrValue(names, dest)
}

// attrValue answers as getxattr(2) does: the size alone when nothing is to be
// copied, ERANGE when there is too little room.
func attrValue(v, dest []byte) (uint32, syscall.Errno) {
	if len(dest) == 0 {
		return uint32(len(v)), 0
	}
	if len(dest) < len(v) {
		return uint32(len(v)), syscall.ERANGE
	}
	return uint32(copy(dest, v)), 0
}

func (p *photo) facts() facts {
	last := p.arrival.Load()
	f := p.recordFacts(p.dir.module, p.dir.id, last.fetched, last.source)
	if p.mime != "" {
		f[mimeAttr] = p.mime
	}
	return f
}

func (p *photo) Getxattr(ctx context.Context, attr string, dest []byte) (uint32, syscall.Errno) {
	return p.facts().get(attr, dest)
}

func (p *photo) Listxattr(ctx context.Context, dest []byte) (uint32, syscall.Errno) {
	return p.facts().list(dest)
}

func (r *record) facts() facts {
	_, asOf, _ := r.Backend.Known(r.module, r.id)
	return r.recordFacts(r.module, r.id, asOf, source(asOf, r.asked))
}

func (r *record) Getxattr(ctx context.Context, attr string, dest []byte) (uint32, syscall.Errno) {
	return r.facts().get(attr, dest)
}
