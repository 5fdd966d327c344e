package disk

import (
	"bytes"
	"context"
	"encoding/binary"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
)

const patience = 20 * time.Second

// opened is Photos and what they have logged.
type opened struct {
	*Photos
	log bytes.Buffer
}

func open(t *testing.T, dir string, size int64) *opened {
	t.Helper()
	return openFor(t, dir, size, "somebody")
}

func openFor(t *testing.T, dir string, size int64, account string) *opened {
	t.Helper()
	o := &opened{}
	p, err := Open(Options{Dir: dir, Size: size, Account: account, Log: slog.New(slog.NewTextHandler(&o.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	o.Photos = p
	t.Cleanup(p.Close)
	return o
}

// place is a directory to keep photos in, of which nobody else can replace a
// part.
func place(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "cache")
}

var modified = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

func record(id int) bigin.Record {
	return bigin.Record{ID: bigin.RecordID(id), Name: "Ada Lovelace", Image: 0xabc, Modified: modified}
}

// photo is that of a record, and of no other.
func photo(id, size int) []byte {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], uint64(id))
	b := make([]byte, size)
	_, _ = rand.NewChaCha8(seed).Read(b)
	return b
}

// keep keeps the photos of these records, and waits until they are written.
func (o *opened) keep(t *testing.T, size int, ids ...int) {
	t.Helper()
	last := o.path(ids[len(ids)-1])
	_ = os.Remove(last)
	for _, id := range ids {
		o.Keep(bigin.Contacts, record(id), photo(id, size), time.Now())
	}
	eventually(t, "the last photo is written", func() bool {
		_, err := os.Stat(last)
		return err == nil
	})
}

// path is the file of a record's photo.
func (o *opened) path(id int) string {
	return filepath.Join(o.o.Dir, accountName(o.o.Account), fileOf(bigin.Contacts, record(id)).path())
}

// has reports whether the photo of a record is there. It must be the right one.
func (o *opened) has(t *testing.T, id int) bool {
	t.Helper()
	b, _, ok := o.Photo(context.Background(), bigin.Contacts, record(id))
	if ok && !bytes.Equal(b, photo(id, len(b))) {
		t.Fatalf("the photo of %d is not its own", id)
	}
	return ok
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came that %s", what)
		}
	}
}

// files are the photos below a directory, and diskUse what all of it takes, as
// du counts.
func files(t *testing.T, dir string) (paths []string, diskUse int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // went meanwhile
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		diskUse += info.Sys().(*syscall.Stat_t).Blocks * 512
		if info.Mode().IsRegular() && strings.Contains(path, accountPrefix) && d.Name() != "CACHEDIR.TAG" {
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths, diskUse
}

// lines are what was logged. The log is read when nothing is done any more.
func (o *opened) lines() []string {
	return strings.Split(strings.TrimSuffix(o.log.String(), "\n"), "\n")
}

func (o *opened) wantStats(t *testing.T, photos int, hits, misses, damaged int64) {
	t.Helper()
	got := o.Stats()
	if want := (cache.TierStats{Name: "disk", Photos: photos, Bytes: got.Bytes, Size: o.o.Size, Hits: hits, Misses: misses, Damaged: damaged}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
}
