package cache

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// quiet is a log, and what was written to it.
func quiet() (*slog.Logger, *bytes.Buffer) {
	var log bytes.Buffer
	return slog.New(slog.NewTextHandler(&log, nil)), &log
}

// someKept is something to keep.
func someKept() kept {
	a := newAccount(1000, 5)
	a.records[3].Modified = time.Time{}
	a.records[4].Name = ""
	a.records[5].Name = "Zoë\x00\n"
	a.records[6].ID = 65
	whole := newSnapshot(newChunks(a.records))
	whole.date, whole.watermark, whole.listed, whole.how = time.Unix(100, 5), time.Unix(99, 0), time.Unix(80, 0), byChanges
	return kept{whole: whole, doubted: true, sightings: []seen{{7, sightingOf(someRecord, 99, "image/png")}, {8, sightingOf(someRecord, 6, "image/gif")}}}
}

func TestIndexIsReadAsItWasWritten(t *testing.T) {
	k := someKept()
	got, err := decodeIndex(k.encode("me", contacts), "me", contacts)
	if err != nil {
		t.Fatal(err)
	}
	if !got.whole.date.Equal(k.whole.date) || !got.whole.watermark.Equal(k.whole.watermark) || !got.whole.listed.Equal(k.whole.listed) || got.whole.how != k.whole.how {
		t.Errorf("dates %v, %v, %v", got.whole.date, got.whole.watermark, got.whole.listed)
	}
	if ch := k.whole.differences(got.whole, func(a, b bigin.Record) bool { return a == b }); !ch.empty() {
		t.Errorf("records differ: %+v", ch)
	}
	if got.whole.size != 1000 || got.whole.photos != k.whole.photos || !got.doubted || got.nonce || !slices.Equal(got.sightings, k.sightings) {
		t.Errorf("%d records, %d photos, %t, %t, %v", got.whole.size, got.whole.photos, got.doubted, got.nonce, got.sightings)
	}
	empty := kept{whole: newSnapshot(nil)}
	if got, err := decodeIndex(empty.encode("", contacts), "", contacts); err != nil || got.whole.size != 0 {
		t.Errorf("an empty module: %v", err)
	}
}

// Whatever happened to a file, it is what was written or nothing.
func TestIndexThatIsDamaged(t *testing.T) {
	good := someKept().encode("me", contacts)
	for n := 0; n < len(good); n += 1 + n/50 {
		for what, b := range map[string][]byte{"cut": good[:n], "changed": slices.Concat(good[:n], []byte{good[n] ^ 1}, good[n+1:])} {
			if _, err := decodeIndex(b, "me", contacts); err == nil {
				t.Fatalf("%s at byte %d, and believed", what, n)
			}
		}
	}
	for what, b := range map[string][]byte{
		"of another account": someKept().encode("you", contacts), "of another module": someKept().encode("me", bigin.Products),
		"longer": append(bytes.Clone(good), 0), "twice": append(bytes.Clone(good), good...), "a picture": []byte("\x89PNG\r\n\x1a\n"),
	} {
		if _, err := decodeIndex(b, "me", contacts); err == nil {
			t.Errorf("%s, and believed", what)
		}
	}
}

func FuzzDecodeIndex(f *testing.F) {
	f.Add(someKept().encode("me", contacts))
	f.Add([]byte(indexMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		// The checksum keeps all but accidents out: the parts must not rely on it.
		r := reader{b: b}
		for range r.count() {
			if c := r.chunk(0); !r.bad && !reflect.DeepEqual(newChunk(c.records(0)).ids, c.ids) {
				t.Error("a chunk that is none")
			}
		}
		r.sighting()
		r.time()
	})
}

// keeping is a cache that keeps its indexes under that path.
func keeping(t *testing.T, s Source, state string, log *slog.Logger) *Cache {
	t.Helper()
	return over(t, s, func(o *Options) { o.State, o.Account, o.Log, o.UnchangedTTL = state, "me", log, 24*time.Hour })
}

// An index outlives its process: what is listed again costs two calls.
func TestIndexOutlivesTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "not", "there yet")
		state := filepath.Join(dir, "default")
		a := newAccount(1000, 5)
		log, said := quiet()
		c := keeping(t, a, state, log)
		listed(t, c, -1)
		mustPhoto(t, c, id(0))
		synctest.Wait()
		c.Close()
		for path, want := range map[string]os.FileMode{dir: 0o700, IndexFile(state, contacts): 0o600} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v, want mode %v", path, info, err, want)
			}
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
			t.Errorf("beside the file there is something: %v, %v", list, err)
		}
		time.Sleep(time.Hour)
		a.set(func(a *account) { a.records[7].Name, a.records[7].Modified = "new", time.Now() })
		c = keeping(t, a, state, log)
		if _, _, ok := c.Remembered(t.Context(), contacts, id(1)); ok {
			t.Error("what was never seen is remembered")
		}
		if n, _, ok := c.Remembered(t.Context(), contacts, id(0)); !ok || n != 100 {
			t.Errorf("a photo that was seen has %d bytes, %t", n, ok)
		}
		if got := listed(t, c, -1); len(got) != 1000 || got[7].Name != "new" {
			t.Errorf("%d records", len(got))
		}
		a.wantCalls(t, 1, 0, 5)
		if got := a.renewals(); got != 2 {
			t.Errorf("%d calls to renew it, want 2", got)
		}
		if said.Len() > 0 {
			t.Errorf("the log says: %s", said)
		}
	})
}

// A file that is broken, or none, costs calls and nothing else.
func TestIndexFileThatIsBroken(t *testing.T) {
	for _, what := range []string{"cut", "a directory", "a link", "of another account"} {
		synctest.Test(t, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "default")
			file := IndexFile(state, contacts)
			good := someKept().encode("me", contacts)
			var err error
			switch what {
			case "cut":
				err = os.WriteFile(file, good[:len(good)/2], 0o600)
			case "a directory":
				err = os.Mkdir(file, 0o700)
			case "a link":
				if err = os.WriteFile(file+".other", good, 0o600); err == nil {
					err = os.Symlink(file+".other", file)
				}
			default:
				err = os.WriteFile(file, someKept().encode("you", contacts), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			log, said := quiet()
			a := newAccount(500, 5)
			c := keeping(t, a, state, log)
			if got := len(listed(t, c, -1)); got != 500 {
				t.Errorf("%s: %d records", what, got)
			}
			synctest.Wait()
			if !strings.Contains(said.String(), "is built again") {
				t.Errorf("%s: the log says %q", what, said)
			}
			c.Close()
			if what == "a directory" {
				if !strings.Contains(said.String(), "could not be kept") {
					t.Errorf("the log says %q", said)
				}
				return
			}
			c = keeping(t, a, state, log)
			if got := len(listed(t, c, -1)); got != 500 || a.calls()[2] != 3 {
				t.Errorf("%s: it stays broken: %d records, %d pages", what, got, a.calls()[2])
			}
		})
	}
}

// A wrong clock makes nothing count as fresh that was not renewed.
func TestIndexFromTheFuture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state := filepath.Join(t.TempDir(), "default")
		a := newAccount(1000, 5)
		k := kept{whole: newSnapshot(newChunks(a.records))}
		k.whole.date, k.whole.listed, k.whole.watermark = time.Now().Add(24*time.Hour), time.Now().Add(24*time.Hour), time.Now()
		if err := replaceFile(IndexFile(state, contacts), k.encode("me", contacts)); err != nil {
			t.Fatal(err)
		}
		c := keeping(t, a, state, slog.New(slog.DiscardHandler))
		a.set(func(a *account) { a.records[7].Name, a.records[7].Modified = "new", time.Now() })
		if r, err := record(t.Context(), c, id(7)); err != nil || r.Name != "new" {
			t.Error(r, err)
		}
	})
}

// What a process that was killed left of a file that it wrote goes with the
// next start; what one may be writing, and what is not ours, stays.
func TestHalvesOfIndexFiles(t *testing.T) {
	dir := t.TempDir()
	state := filepath.Join(dir, "default")
	long, now := time.Now().Add(-2*halfLife), time.Now()
	for _, one := range []struct {
		name  string
		at    time.Time
		stays bool
	}{
		{".default.Contacts.index123456789", long, false},
		{".default.Contacts.index7", now.Add(2 * halfLife), false}, // the clock was wrong
		{".default.Contacts.index42", now, true},
		{".default.Contacts.index", long, true},
		{".default.Contacts.index12.bak", long, true},
		{".default.Contacts.index-12", long, true},
		{"default.Contacts.index12", long, true},
		{".other.Contacts.index12", long, true},
		{".default.Products.index12", long, false},
	} {
		file := filepath.Join(dir, one.name)
		if err := os.WriteFile(file, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, one.at, one.at); err != nil {
			t.Fatal(err)
		}
		log, said := quiet()
		keeping(t, newAccount(10, 0), state, log).Stats()
		if _, err := os.Lstat(file); (err == nil) != one.stays {
			t.Errorf("%s: %v, want it to stay: %t", one.name, err, one.stays)
		}
		if said.Len() > 0 {
			t.Errorf("the log says: %s", said)
		}
	}
	directory := filepath.Join(dir, ".default.Accounts.index12")
	if err := os.Mkdir(directory, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(directory, long, long); err != nil {
		t.Fatal(err)
	}
	log, _ := quiet()
	keeping(t, newAccount(10, 0), state, log).Stats()
	if _, err := os.Lstat(directory); err != nil {
		t.Errorf("a directory: %v", err)
	}
}
