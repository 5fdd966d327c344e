package cache

import (
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// settling is how long after a change the state of a record is certain: times are
// whole seconds, and clocks are compared through answers.
const settling = 2 * time.Second

// belief is what was found out about the records of a module: whether they
// tell of a new photo. The zero value believes so.
//
// A photo is that of a version of its record, which Image and Modified name.
// Each time a photo is downloaded again, its bytes show whether that holds.
type belief struct {
	mu       sync.Mutex
	doubted  bool // a photo changed, and its record did not
	nonce    bool // Image differs from call to call
	dirty    bool
	suspects map[bigin.RecordID]suspect
}

// suspect is a record whose photo has other bytes than before, though the record
// had not changed as far as was known.
type suspect struct {
	of bigin.Record
	at time.Time // a renewal that began later will tell
}

func (b *belief) state() (doubted, nonce bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.doubted, b.nonce
}

// fresh reports whether something was found out since it was last asked, and so
// is not kept yet.
func (b *belief) fresh() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	dirty := b.dirty
	b.dirty = false
	return dirty
}

// adopt takes in what others found out.
func (b *belief) adopt(doubted, nonce bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dirty = b.dirty || doubted && !b.doubted || nonce && !b.nonce
	b.doubted, b.nonce = b.doubted || doubted, b.nonce || nonce
}

// same reports whether two states of a record have the same photo.
func (b *belief) same(x, y bigin.Record) bool {
	_, nonce := b.state()
	return x.HasPhoto() == y.HasPhoto() && (nonce || x.Image == y.Image) && x.Modified.Equal(y.Modified)
}

// learn compares two downloads of the photo of a record that did not change in
// between, as far as is known. It reports whether it found a nonce.
func (b *belief) learn(of bigin.Record, before, now sighting) (nonce bool) {
	if before.sum == 0 || now.sum == 0 || before.modified != now.modified || now.modified == noTime {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	same := before.sum == now.sum && before.bytes == now.bytes
	switch {
	case before.image != now.image && same && !b.nonce:
		b.nonce, b.dirty = true, true
		return true
	case !same && (before.image == now.image || b.nonce) && !b.doubted:
		if b.suspects == nil {
			b.suspects = make(map[bigin.RecordID]suspect)
		}
		b.suspects[of.ID] = suspect{of, time.Now()}
	}
	return false
}

// prove compares the suspects with a snapshot. It reports whether one of them
// shows that records do not tell of new photos.
func (b *belief) prove(s *snapshot) (proof bigin.RecordID, found bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, one := range b.suspects {
		if !s.date.After(one.at) {
			continue
		}
		delete(b.suspects, id)
		r, ok := s.find(id)
		if ok && r.Modified.Equal(one.of.Modified) && (b.nonce || r.Image == one.of.Image) && !b.doubted {
			b.doubted, b.dirty = true, true
			proof, found = id, true
		}
	}
	return proof, found
}

// prove compares the suspects with a new snapshot, and logs what that proves.
func (c *Cache) prove(m bigin.Module, s *snapshot) {
	if id, found := c.index(m).belief.prove(s); found {
		c.o.Log.Warn("the photo of a record changed, and the record does not show it: photos are asked for again after --content-ttl", "module", m, "record", id)
		c.index(m).saveSoon(c)
	}
}

// unchangedLife is how long a photo is believed while its record does not change.
func (c *Cache) unchangedLife(m bigin.Module) time.Duration {
	if doubted, _ := c.index(m).belief.state(); doubted {
		return c.o.ContentTTL
	}
	return max(c.o.UnchangedTTL, c.o.ContentTTL)
}

// settled reports whether a photo that was fetched then is certain to be of this
// state of the record.
func (k known) settled(fetched time.Time) bool {
	since, ok := k.unchangedFor(fetched)
	return ok && since > settling
}

// changedSince reports whether the record shows a change since a photo was
// fetched, or so shortly before that the photo may be of the state before.
func (k known) changedSince(fetched time.Time) bool {
	since, ok := k.unchangedFor(fetched)
	return ok && since <= settling
}

// unchangedFor returns how long before that time the record changed last, by
// Bigin's clock, if that is known.
func (k known) unchangedFor(t time.Time) (time.Duration, bool) {
	if k.watermark.IsZero() || k.Modified.IsZero() {
		return 0, false
	}
	return t.Add(k.watermark.Sub(k.asOf)).Sub(k.Modified), true
}
