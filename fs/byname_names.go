package fs

import (
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// linkNames gives each record of a module a file name of its own. Of records with
// the same name, the one listed first (with the lowest id) has the plain name; the
// others have their id appended. A record keeps its file name until it is renamed
// itself, whatever happens to the others. The zero value is ready.
type linkNames struct {
	mu     sync.Mutex
	byID   map[bigin.RecordID]*linkName
	byFold map[string]bigin.RecordID
	listed time.Time // of the latest listing that was seen as a whole
}

type linkName struct {
	name string // with suffix
	of   string // what Bigin called the record
	seen time.Time
}

// of returns the file name of a record as it was then.
func (n *linkNames) of(r bigin.Record, asOf time.Time) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.byID == nil {
		n.byID = make(map[bigin.RecordID]*linkName)
		n.byFold = make(map[string]bigin.RecordID)
	}
	have, ok := n.byID[r.ID]
	switch {
	case ok && asOf.Before(have.seen):
		return have.name // someone is reading an older listing
	case ok && have.of == r.Name:
		have.seen = asOf
		return have.name
	}
	if ok {
		delete(n.byFold, foldName(have.name))
	}
	name := safeName(r.Name)
	for n.taken(name + linkSuffix) {
		name = withID(name, r.ID)
	}
	name += linkSuffix
	n.byID[r.ID] = &linkName{name: name, of: r.Name, seen: asOf}
	n.byFold[foldName(name)] = r.ID
	return name
}

func (n *linkNames) taken(name string) bool {
	_, ok := n.byFold[foldName(name)]
	return ok
}

// find returns the record that has a file name.
func (n *linkNames) find(name string) (id bigin.RecordID, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	id, ok = n.byFold[foldName(name)]
	if !ok || n.byID[id].name != name {
		return 0, false
	}
	return id, true
}

// known returns the file name that a record has been given, if any.
func (n *linkNames) known(id bigin.RecordID) (name string, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	have, ok := n.byID[id]
	if !ok {
		return "", false
	}
	return have.name, true
}

// whole notes that the listing of that time was read to its end: the names of
// records that are no longer in it become free.
func (n *linkNames) whole(begun time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if begun.Before(n.listed) {
		return // a newer one was seen already
	}
	n.listed = begun
	for id, have := range n.byID {
		if have.seen.Before(begun) {
			delete(n.byFold, foldName(have.name))
			delete(n.byID, id)
		}
	}
}

// knows reports whether the listing of that time was read to its end.
func (n *linkNames) knows(begun time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return !n.listed.IsZero() && n.listed.Equal(begun)
}
