package cache

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/google/renameio/v2"
)

// saveEvery is how often an index is written at most, except at the end and
// after a full listing, which costs most.
const saveEvery = 5 * time.Minute

// maxIndexFile bounds what is read, in bytes.
const maxIndexFile = 1 << 30

// IndexFile is where the index of a module is kept under State.
func IndexFile(state string, m bigin.Module) string { return state + "." + string(m) + ".index" }

// load takes in what was kept before. An index that cannot be read is built again,
// which costs nothing but calls.
func (x *index) load(c *Cache) {
	if c.o.State == "" {
		return
	}
	file := IndexFile(c.o.State, x.module)
	removeHalves(file)
	k, err := readIndex(file, c.o.Account, x.module)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.o.Log.Warn("the kept index of a module is of no use, and is built again", "file", file, "error", err)
		}
		return
	}
	x.belief.doubted, x.belief.nonce = k.doubted, k.nonce
	if k.whole.listed.IsZero() { // only what a person found out was kept
		return
	}
	now := time.Now()
	k.whole.date, k.whole.listed = bigin.Rebased(k.whole.date), bigin.Rebased(k.whole.listed)
	if past := now.Add(-c.o.AttrTTL); k.whole.date.After(past) {
		k.whole.date = past // it counts once it was renewed, whatever the clock says
	}
	x.sightings.fill(k.sightings)
	x.whole, x.saved, x.savedAt = k.whole, k.whole, now
	x.arm(c)
}

// halfLife is how long a file may be written at most before it counts as left
// behind.
const halfLife = time.Hour

// removeHalves removes what processes that were killed left beside a file when
// they wrote it, as far as it can.
func removeHalves(file string) {
	halves, _ := HalfWritten(file) // there may be no directory yet
	for _, half := range halves {
		info, err := os.Lstat(half)
		if err == nil && time.Since(info.ModTime()).Abs() >= halfLife {
			_ = os.Remove(half)
		}
	}
}

// HalfWritten returns what stands beside a file that is replaced by renameio:
// copies that are being written, or that were when their process was killed.
func HalfWritten(file string) (halves []string, err error) {
	dir, prefix := filepath.Dir(file), "."+filepath.Base(file) // as renameio names them
	beside, err := os.ReadDir(dir)
	for _, e := range beside {
		number, ok := strings.CutPrefix(e.Name(), prefix)
		if _, err := strconv.ParseUint(number, 10, 64); ok && err == nil && e.Type().IsRegular() {
			halves = append(halves, filepath.Join(dir, e.Name()))
		}
	}
	return halves, err
}

func readIndex(file, account string, m bigin.Module) (kept, error) {
	info, err := os.Lstat(file)
	if err != nil {
		return kept{}, err
	}
	if !info.Mode().IsRegular() { // opening it might wait
		return kept{}, fmt.Errorf("%w: no regular file", errForeign)
	}
	f, err := os.Open(file)
	if err != nil {
		return kept{}, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil { // another process may have replaced it
		return kept{}, err
	}
	if info.Size() > maxIndexFile {
		return kept{}, fmt.Errorf("%w: too large", errForeign)
	}
	b := bigin.NewBuffer(info.Size())
	if _, err := io.ReadFull(f, b); err != nil {
		return kept{}, err
	}
	return decodeIndex(b, account, m)
}

// saveSoon has the index written when it is time.
func (x *index) saveSoon(c *Cache) {
	if c.o.State == "" {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.saving != nil {
		return
	}
	in := saveEvery - time.Since(x.savedAt)
	if x.whole != nil && (x.saved == nil || x.saved.listed != x.whole.listed) {
		in = 0
	}
	x.saving = c.lives.after(max(in, 0), func() { x.save(c) })
}

// save writes the index, whole or not at all, if there is anything new in it.
func (x *index) save(c *Cache) {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.Lock()
	if x.saving != nil {
		x.saving()
		x.saving = nil
	}
	whole := x.whole
	old := whole == x.saved
	x.mu.Unlock()
	if c.o.State == "" || whole == nil {
		return
	}
	file := IndexFile(c.o.State, x.module)
	x.adoptKept(c, file)
	k := kept{whole: whole}
	var news bool
	k.sightings, news = x.sightings.all()
	k.doubted, k.nonce = x.belief.state()
	if old && !news && !x.belief.fresh() {
		return
	}
	err := replaceFile(file, k.encode(c.o.Account, x.module))
	if err != nil {
		c.o.Log.Warn("what is known of a module could not be kept for the next mount", "file", file, "error", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.saved, x.savedAt = whole, time.Now()
}

// replaceFile writes a file that only its owner can read, whole or not at all.
func replaceFile(file string, b []byte) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := renameio.TempFile(dir, file) // 0600
	if err != nil {
		return err
	}
	defer f.Cleanup()
	if _, err := f.Write(b); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}
