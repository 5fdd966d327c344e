package disk

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

func TestPhotosOutliveTheProcess(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 10e6)
	fetched := time.Now().Add(-time.Hour).Truncate(0)
	for id := 1; id <= 50; id++ {
		p.Keep(bigin.Contacts, record(id), photo(id, 1000*id), fetched)
	}
	p.Close() // and nothing is lost
	p = open(t, dir, 10e6)
	for id := 1; id <= 50; id++ {
		b, at, ok := p.Photo(context.Background(), bigin.Contacts, record(id))
		if !ok || !bytes.Equal(b, photo(id, 1000*id)) || !at.Equal(fetched) {
			t.Errorf("photo %d: %v, %d bytes, fetched %v", id, ok, len(b), at)
		}
	}
	if p.has(t, 51) {
		t.Error("there is a photo that nobody kept")
	}
	eventually(t, "what is there was counted", func() bool { return p.Stats().Photos == 50 })
	p.wantStats(t, 50, 50, 1, 0)
}

// A photo is that of a version of a record, in a module of an account.
func TestAnotherVersionIsAMiss(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 10e6)
	p.keep(t, 1000, 1)
	image, later, module, account := record(1), record(1), bigin.Products, openFor(t, dir, 10e6, "somebody else")
	image.Image++
	later.Modified = later.Modified.Add(time.Second)
	for what, ask := range map[string]func() (b []byte, fetched time.Time, ok bool){
		"another image":   func() ([]byte, time.Time, bool) { return p.Photo(t.Context(), bigin.Contacts, image) },
		"another time":    func() ([]byte, time.Time, bool) { return p.Photo(t.Context(), bigin.Contacts, later) },
		"another module":  func() ([]byte, time.Time, bool) { return p.Photo(t.Context(), module, record(1)) },
		"another account": func() ([]byte, time.Time, bool) { return account.Photo(t.Context(), bigin.Contacts, record(1)) },
	} {
		if _, _, ok := ask(); ok {
			t.Errorf("%s: there is a photo", what)
		}
	}
	if !p.has(t, 1) {
		t.Error("the photo is gone")
	}
}

// Of a record whose version is not known no photo can be told from the next.
func TestUnknownVersionIsNotKept(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 10e6)
	noTime, noImage := record(1), record(2)
	noTime.Modified, noImage.Image = time.Time{}, 0
	for _, r := range []bigin.Record{noTime, noImage} {
		p.Keep(bigin.Contacts, r, photo(1, 1000), time.Now())
	}
	p.Close()
	if got, _ := files(t, dir); len(got) > 0 {
		t.Errorf("kept all the same: %q", got)
	}
}

func TestOldVersionsGo(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 10e6)
	p.keep(t, 1000, 1, 1+256) // in one directory, and the name of one begins that of none
	r := record(1)
	for range 3 {
		r.Modified = r.Modified.Add(time.Hour)
		p.Keep(bigin.Contacts, r, photo(2, 5000), time.Now())
	}
	p.Keep(bigin.Contacts, r, photo(2, 5000), time.Now()) // once more, fetched later
	p.Close()
	got, _ := files(t, dir)
	if len(got) != 2 || p.Stats().Photos != 2 {
		t.Errorf("%d photos are counted, and these are there: %q", p.Stats().Photos, got)
	}
	p = open(t, dir, 10e6)
	if b, _, ok := p.Photo(t.Context(), bigin.Contacts, r); !ok || !bytes.Equal(b, photo(2, 5000)) || p.has(t, 1) || !p.has(t, 257) {
		t.Errorf("the newest: %v; the oldest and the neighbour: %v, %v", ok, p.has(t, 1), p.has(t, 257))
	}
}

func TestForget(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 10e6)
	p.keep(t, 1000, 1, 2, 11, 257)
	p.Forget(bigin.Contacts, 1)
	p.Forget(bigin.Products, 2)
	p.Forget(bigin.Contacts, 3)
	p.Close()
	p = open(t, dir, 10e6)
	if p.has(t, 1) || !p.has(t, 2) || !p.has(t, 11) || !p.has(t, 257) {
		t.Errorf("there are %v %v %v %v, want all but the first", p.has(t, 1), p.has(t, 2), p.has(t, 11), p.has(t, 257))
	}
	eventually(t, "what is there was counted", func() bool { return p.Stats().Photos == 3 })
}

// A photo that is said to be from tomorrow would be believed too long.
func TestPhotoFromTheFuture(t *testing.T) {
	p := open(t, place(t), 10e6)
	p.Keep(bigin.Contacts, record(1), photo(1, 1000), time.Now().Add(24*time.Hour))
	p.keep(t, 1000, 2)
	if p.has(t, 1) || !p.has(t, 2) {
		t.Errorf("from tomorrow: %v, from now: %v", p.has(t, 1), p.has(t, 2))
	}
	if s := p.Stats(); s.Damaged != 0 {
		t.Errorf("damaged: %d", s.Damaged)
	}
}

// Nobody but the user can read anything, and no file's name tells a record's.
func TestModesAndNames(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 10e6)
	p.keep(t, 1000, 1, 2, 3)
	p.Close()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700 | fs.ModeDir
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
		rest, _ := filepath.Rel(dir, path)
		for _, secret := range []string{"somebody", "Ada", "Lovelace"} {
			if strings.Contains(rest, secret) {
				t.Errorf("%s tells %s", rest, secret)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// More than can be written is dropped, and nobody waits.
func TestKeepDoesNotWait(t *testing.T) {
	dir := place(t)
	p := open(t, dir, 1e9)
	p.keep(t, 1000, 1)
	err := locked(t.Context(), p.place.Load().all, func(*ledger) error { // nothing can be written
		big := photo(0, 1<<20)
		for id := 2; id < 200; id++ {
			p.Keep(bigin.Contacts, record(id), big, time.Now())
		}
		p.tasks.mu.Lock()
		defer p.tasks.mu.Unlock()
		if got := p.tasks.bytes; got > maxWaiting || got < maxWaiting-2<<20 {
			t.Errorf("%d bytes wait, want nearly %d", got, maxWaiting)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	if got, _ := files(t, dir); len(got) < 60 || len(got) > 70 {
		t.Errorf("%d photos are there, want those that had room", len(got))
	}
	p.Keep(bigin.Contacts, record(500), photo(1, 1000), time.Now())
	if p.has(t, 1) {
		t.Error("there are photos after the end")
	}
}

// A disk that hangs costs a reader two seconds, once; and Close its ten.
func TestDiskThatHangs(t *testing.T) {
	dir := place(t)
	seed := open(t, dir, 10e6)
	seed.Keep(bigin.Contacts, record(1), photo(1, 1000), time.Unix(0, 0)) // long before the time of the test
	seed.Close()
	synctest.Test(t, func(t *testing.T) {
		p := open(t, dir, 10e6)
		goOn := make(chan struct{})
		p.load = func(d *directory, f file) ([]byte, time.Time, error) {
			<-goOn
			return d.read(f)
		}
		for _, want := range []time.Duration{slow, 0, 0} {
			begun := time.Now()
			if p.has(t, 1) || time.Since(begun) != want {
				t.Errorf("it took %v, want %v", time.Since(begun), want)
			}
		}
		if p.Stats().Problem != errSlow.Error() {
			t.Errorf("problem: %q", p.Stats().Problem)
		}
		close(goOn)
		synctest.Wait()
		if !p.has(t, 1) || p.Stats().Problem != "" {
			t.Errorf("when it goes on: %+v", p.Stats())
		}
		goOn = make(chan struct{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, ok := p.Photo(ctx, bigin.Contacts, record(1)); ok || ctx.Err() == nil {
			t.Error("it does not wait for the disk")
		}
		close(goOn)
		p.Close()
		if lines := p.lines(); len(lines) != 1 {
			t.Errorf("%d lines are logged: %q", len(lines), lines)
		}
	})
}

func TestRemove(t *testing.T) {
	dir := place(t)
	p, other := open(t, dir, 10e6), openFor(t, dir, 10e6, "somebody else")
	p.keep(t, 1000, 1, 2, 3)
	other.keep(t, 1000, 4, 5)
	if err := os.WriteFile(filepath.Join(dir, "letter"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Remove(t.Context(), dir, "somebody"); err != nil {
		t.Fatal(err)
	}
	if p.has(t, 1) || !other.has(t, 4) {
		t.Errorf("its own: %v, another's: %v", p.has(t, 1), other.has(t, 4))
	}
	// What is under way does not bring it back.
	p.Keep(bigin.Contacts, record(7), photo(7, 1000), time.Now())
	p.Close()
	other.keep(t, 1000, 6)
	other.Close()
	got, _ := files(t, dir)
	if len(got) != 3 || other.Stats().Photos != 3 {
		t.Errorf("%d are counted, and these are there: %q", other.Stats().Photos, got)
	}
	if _, err := os.Stat(filepath.Join(dir, "letter")); err != nil {
		t.Error(err)
	}
	for _, where := range []string{dir, filepath.Join(dir, "nowhere")} {
		if err := Remove(t.Context(), where, "somebody"); err != nil {
			t.Errorf("again, in %s: %v", where, err)
		}
	}
}

// What is not ours is not counted, and stays.
func TestForeignFilesStay(t *testing.T) {
	dir := place(t)
	var names []string
	for _, name := range []string{"letter", "photos-1", "photos-" + strings.Repeat("z", 32), "aa/letter", "temporary"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, photo(1, 5e6), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, path)
	}
	p := open(t, dir, 1e6)
	ids := make([]int, 100)
	for i := range ids {
		ids[i] = i + 1
	}
	p.keep(t, 20_000, ids...)
	p.Close()
	for _, path := range names {
		if info, err := os.Stat(path); err != nil || info.Size() != 5e6 {
			t.Errorf("%s: %v", path, err)
		}
	}
	if !slices.ContainsFunc(ids, func(id int) bool { _, err := os.Stat(p.path(id)); return err == nil }) {
		t.Error("nothing is kept beside it")
	}
}
