package fs

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// linkNames gives each record of a module a file name of its own. Of records with
// the same name, the one listed first (with the lowest id) has the plain name; the
// others have their id appended. A record keeps its file name until it is renamed
// itself, whatever happens to the others. The zero value is ready.
//
// There may be a million of them, so file names are made again from the names that
// the index keeps, and those that are taken are known by a sum. Nothing takes
// longer the more there are: what is free again goes by and by.
type linkNames struct {
	mu     sync.Mutex
	byID   map[bigin.RecordID]linkName
	byFold map[uint64]bigin.RecordID // by sumOfName
	begun  time.Time                 // what seen counts from
	listed time.Time                 // of the latest listing that was seen as a whole
}

type linkName struct {
	of   string // what Bigin called the record
	ids  uint8  // how often its id is appended
	seen time.Duration
}

// file is the file name.
func (l linkName) file(id bigin.RecordID) string {
	name := safeName(l.of)
	for range l.ids {
		name = withID(name, id)
	}
	return name + linkSuffix
}

var nameSeed = maphash.MakeSeed()

// sumOfName is the same for names that differ only in case or normalization. Of
// two others that share it, which is next to impossible, the second has its id
// appended.
func sumOfName(name string) uint64 { return maphash.String(nameSeed, foldName(name)) }

// of returns the file name of a record as it was then.
func (n *linkNames) of(r bigin.Record, asOf time.Time) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.byID == nil {
		n.byID = make(map[bigin.RecordID]linkName)
		n.byFold = make(map[uint64]bigin.RecordID)
		n.begun = asOf
	}
	n.tidy()
	seen := asOf.Sub(n.begun)
	have, ok := n.byID[r.ID]
	if ok && n.isFree(have) {
		n.drop(r.ID, have)
		ok = false
	}
	switch {
	case ok && seen < have.seen:
		return have.file(r.ID) // someone is reading an older listing
	case ok && have.of == r.Name:
		have.seen, have.of = seen, r.Name // the string of now: the one before would keep the old index
		n.byID[r.ID] = have
		return have.file(r.ID)
	case ok:
		n.drop(r.ID, have)
	}
	next := linkName{of: r.Name, seen: seen}
	name := next.file(r.ID)
	sum := sumOfName(name)
	for n.taken(sum) {
		next.ids++
		name = next.file(r.ID)
		sum = sumOfName(name)
	}
	n.byID[r.ID], n.byFold[sum] = next, r.ID
	return name
}

// isFree reports whether the record was not in the latest listing that was seen
// as a whole, nor seen since. The caller holds the lock.
func (n *linkNames) isFree(l linkName) bool {
	return !n.listed.IsZero() && l.seen < n.listed.Sub(n.begun)
}

// taken reports whether a record has the name with that sum. The caller holds the
// lock.
func (n *linkNames) taken(sum uint64) bool {
	id, ok := n.byFold[sum]
	return ok && !n.isFree(n.byID[id])
}

// drop frees the name of a record. The caller holds the lock.
func (n *linkNames) drop(id bigin.RecordID, have linkName) {
	delete(n.byID, id)
	if sum := sumOfName(have.file(id)); n.byFold[sum] == id {
		delete(n.byFold, sum)
	}
}

// tidy drops what is free of a few names, any of them. The caller holds the lock.
func (n *linkNames) tidy() {
	const few = 4
	looked := 0
	for id, have := range n.byID { // which begins anywhere
		if n.isFree(have) {
			n.drop(id, have)
		}
		if looked++; looked == few {
			return
		}
	}
}

// find returns the record that has a file name.
func (n *linkNames) find(name string) (id bigin.RecordID, ok bool) {
	sum := sumOfName(name)
	n.mu.Lock()
	id, ok = n.byFold[sum]
	have := n.byID[id]
	ok = ok && !n.isFree(have)
	n.mu.Unlock()
	if !ok || have.file(id) != name {
		return 0, false
	}
	return id, true
}

// known returns the file name that a record has been given, if any.
func (n *linkNames) known(id bigin.RecordID) (name string, ok bool) {
	n.mu.Lock()
	have, ok := n.byID[id]
	ok = ok && !n.isFree(have)
	n.mu.Unlock()
	if !ok {
		return "", false
	}
	return have.file(id), true
}

// whole notes that the listing of that time was read to its end: the names of
// records that are no longer in it become free.
func (n *linkNames) whole(begun time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !begun.Before(n.listed) { // else a newer one was seen already
		n.listed = begun
	}
}

// knows reports whether the listing of that time was read to its end.
func (n *linkNames) knows(begun time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return !n.listed.IsZero() && n.listed.Equal(begun)
}
