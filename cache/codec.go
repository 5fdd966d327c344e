package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// indexMagic begins the file of an index. Another layout gets another number.
const indexMagic = "biginfs index 2\n"

// errForeign says that bytes are not a kept index of this module: they are torn,
// or of another layout or account.
var errForeign = errors.New("not the index of this account, or not whole")

// kept is the part of what is known of a module that outlives the process.
type kept struct {
	whole          *snapshot
	sightings      []seen
	doubted, nonce bool
}

// encode returns an index as bytes, with a checksum at the end: integers as
// varints, and what grows as differences.
func (k kept) encode(account string, m bigin.Module) []byte {
	size := 4096 + 64*len(k.sightings)
	for _, c := range k.whole.run {
		size += 24*len(c.ids) + len(c.names)
	}
	w := writer{make([]byte, 0, size)}
	w.b = append(w.b, indexMagic...)
	w.text(account)
	w.text(string(m))
	w.time(k.whole.date)
	w.time(k.whole.watermark)
	w.time(k.whole.removals)
	w.time(k.whole.listed)
	w.text(k.whole.how)
	w.flag(k.doubted)
	w.flag(k.nonce)
	w.uint(uint64(len(k.whole.run)))
	for _, c := range k.whole.run {
		w.chunk(c)
	}
	w.uint(uint64(len(k.sightings)))
	for _, s := range k.sightings {
		w.sighting(s)
	}
	sum := sha256.Sum256(w.b)
	return append(w.b, sum[:]...)
}

// decodeIndex reads what encode wrote. Anything else is errForeign.
func decodeIndex(b []byte, account string, m bigin.Module) (k kept, err error) {
	end := len(b) - sha256.Size
	if end < len(indexMagic) || string(b[:len(indexMagic)]) != indexMagic {
		return kept{}, errForeign
	}
	if sum := sha256.Sum256(b[:end]); !bytes.Equal(sum[:], b[end:]) {
		return kept{}, errForeign
	}
	r := reader{b: b[len(indexMagic):end]}
	if r.text() != account || r.text() != string(m) {
		return kept{}, errForeign
	}
	date, watermark, removals, listed, how := r.time(), r.time(), r.time(), r.time(), r.text()
	k.doubted, k.nonce = r.flag(), r.flag()
	var all run
	last := bigin.RecordID(0)
	for range r.count() {
		c := r.chunk(last)
		if r.bad {
			return kept{}, errForeign
		}
		last = c.last()
		all = append(all, c)
	}
	for range r.count() {
		k.sightings = append(k.sightings, r.sighting())
	}
	if r.bad || len(r.b) > 0 {
		return kept{}, fmt.Errorf("%w: its parts do not fit", errForeign)
	}
	k.whole = newSnapshot(all)
	k.whole.date, k.whole.watermark, k.whole.removals, k.whole.listed, k.whole.how = date, watermark, removals, listed, how
	return k, nil
}

type writer struct{ b []byte }

func (w *writer) uint(n uint64) { w.b = binary.AppendUvarint(w.b, n) }
func (w *writer) int(n int64)   { w.b = binary.AppendVarint(w.b, n) }
func (w *writer) text(s string) { w.uint(uint64(len(s))); w.b = append(w.b, s...) }
func (w *writer) flag(f bool) {
	n := uint64(0)
	if f {
		n = 1
	}
	w.uint(n)
}

func (w *writer) time(t time.Time) {
	if t.IsZero() {
		w.int(0)
		return
	}
	w.int(t.UnixNano())
}

func (w *writer) chunk(c *chunk) {
	w.uint(uint64(len(c.ids)))
	w.text(c.names)
	id, end, modified := bigin.RecordID(0), uint32(0), int64(0)
	for i := range c.ids {
		w.uint(uint64(c.ids[i] - id))
		w.uint(uint64(c.ends[i] - end))
		w.int(c.modified[i] - modified)
		w.b = binary.LittleEndian.AppendUint64(w.b, c.images[i])
		id, end, modified = c.ids[i], c.ends[i], c.modified[i]
	}
}

func (w *writer) sighting(s seen) {
	w.uint(uint64(s.id))
	w.b = binary.LittleEndian.AppendUint64(w.b, s.image)
	w.int(s.modified)
	w.int(s.bytes)
	w.uint(uint64(s.sum))
	w.text(s.mime)
	w.int(s.fetched)
	w.int(s.used)
}

// reader reads what writer wrote. Once something does not fit it is bad, and
// returns zeros from then on.
type reader struct {
	b     []byte
	bad   bool
	mimes map[string]string // few, and shared by all
}

func (r *reader) fail() { r.bad, r.b = true, nil }

func (r *reader) uint() uint64 { return varint(r, binary.Uvarint) }
func (r *reader) int() int64   { return varint(r, binary.Varint) }

func varint[N uint64 | int64](r *reader, read func([]byte) (N, int)) N {
	n, size := read(r.b)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

// count reads a number of things, each of which takes a byte at least.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) text() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *reader) flag() bool { return r.uint() == 1 }

func (r *reader) fixed() uint64 {
	if len(r.b) < 8 {
		r.fail()
		return 0
	}
	n := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return n
}

func (r *reader) time() time.Time {
	n := r.int()
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n)
}

// recordBytes is what a record takes at least: three numbers, and its image.
const recordBytes = 3 + 8

// chunk reads records whose ids are greater than last.
func (r *reader) chunk(last bigin.RecordID) *chunk {
	n := r.count()
	if n > len(r.b)/recordBytes {
		r.fail()
		n = 0
	}
	c := &chunk{
		ids: make([]bigin.RecordID, n), modified: make([]int64, n),
		images: make([]uint64, n), ends: make([]uint32, n),
		names: r.text(),
	}
	id, end, modified := bigin.RecordID(0), uint32(0), int64(0)
	for i := range n {
		id += bigin.RecordID(r.uint())
		end += uint32(r.uint())
		modified += r.int()
		c.ids[i], c.ends[i], c.modified[i], c.images[i] = id, end, modified, r.fixed()
		if id <= last || int(end) > len(c.names) || i > 0 && end < c.ends[i-1] {
			r.fail()
		}
		if last = id; c.images[i] != 0 {
			c.photos++
		}
	}
	if n == 0 {
		r.fail()
	}
	return c
}

func (r *reader) sighting() seen {
	s := seen{id: bigin.RecordID(r.uint())}
	s.image, s.modified, s.bytes, s.sum = r.fixed(), r.int(), r.int(), uint32(r.uint())
	s.mime = r.mime()
	s.fetched, s.used = r.int(), r.int()
	if s.bytes <= 0 {
		r.fail()
	}
	return s
}

func (r *reader) mime() string {
	s := r.text()
	if known, ok := r.mimes[s]; ok {
		return known
	}
	if r.mimes == nil {
		r.mimes = make(map[string]string)
	}
	r.mimes[s] = s
	return s
}
