package integration_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// cacheDir is where the mounts of these tests keep their photos.
func (s *site) cacheDir() string { return filepath.Join(s.home, "photos") }

func (s *site) onDisk(flags ...string) []string {
	return append([]string{"--cache-dir", s.cacheDir()}, flags...)
}

// copyAll copies the mount, and sees that all photos are what they should be.
func (m *mounted) copyAll(what string, want int) {
	m.t.Helper()
	out := copiedTo(m)
	m.run("cp", "-r", m.dir, out)
	if got := checkCopy(m.t, m.Server, out); got != want {
		m.t.Errorf("%s: %d photos are as they should be, want %d", what, got, want)
	}
}

// photoFiles are the photos in the cache directory, and the space that all of it
// takes on disk, as du counts it.
func (s *site) photoFiles() (paths []string, use int64) {
	s.t.Helper()
	err := filepath.WalkDir(s.cacheDir(), func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			var info fs.FileInfo
			if info, err = d.Info(); err == nil {
				use += info.Sys().(*syscall.Stat_t).Blocks * 512
				if info.Mode().IsRegular() && strings.Contains(path, "/photos-") && d.Name() != "CACHEDIR.TAG" {
					paths = append(paths, path)
				}
			}
		}
		if os.IsNotExist(err) {
			return nil // it went meanwhile
		}
		return err
	})
	if err != nil {
		s.t.Error(err)
	}
	return paths, use
}

// beside mounts the same account at another place, with the same cache
// directory.
func (s *site) beside(flags ...string) *mounted {
	s.t.Helper()
	other := newSite(s.t, s.Server)
	other.url = s.url
	return other.mount(append([]string{"--cache-dir", s.cacheDir()}, flags...)...)
}

// Photos on disk outlive the mount: one that did not change costs no call, and one
// that did costs one.
func TestPhotosOnDisk(t *testing.T) {
	t.Parallel()
	const n = 500
	s, ids := organisation(n, 20_000)
	m := newSite(t, s).mount()
	m.stop()
	m = m.site.mount(m.onDisk()...)
	m.copyAll("the first copy", n)
	m = m.remount(m.onDisk()...)
	m.copyAll("the second copy", n)
	m.wantPhotoCalls("the second copy", 0)
	if seen, text := m.status(); len(seen.Tiers) != 1 || seen.Tiers[0].Name != "disk" || seen.Tiers[0].Hits != n || seen.Tiers[0].Damaged != 0 || !strings.Contains(text, "\ndisk ") {
		t.Errorf("status tells %+v\n%s", seen.Tiers, text)
	}
	s.SetPhoto("Contacts", ids[77], photoOf(21_000, 4711))
	s.SetPhoto("Contacts", ids[78], nil)
	m = m.remount(m.onDisk()...)
	m.copyAll("the copy after a change", n-1)
	m.wantPhotoCalls("the copy after a change", 1)
	m = m.remount()
	m.copyAll("the copy without the flag", n-1)
	m.wantPhotoCalls("the copy without the flag", n-1)
}

// Files that were damaged cost a call each, and no photo is wrong.
func TestDamagedPhotosOnDisk(t *testing.T) {
	t.Parallel()
	const n = 300
	s, _ := organisation(n, 20_000)
	m := newSite(t, s).mount()
	m.stop()
	m = m.site.mount(m.onDisk()...)
	m.copyAll("the first copy", n)
	m.stop()
	m.ResetLog()
	paths, _ := m.photoFiles()
	if len(paths) != n {
		t.Fatalf("%d photos are on disk, want %d", len(paths), n)
	}
	for i, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		switch i % 3 {
		case 0:
			b[rand.IntN(len(b))] ^= 1 << rand.IntN(8)
			err = os.WriteFile(path, b, 0o600)
		case 1:
			err = os.Truncate(path, int64(rand.IntN(len(b))))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	m = m.site.mount(m.onDisk()...)
	m.expect("a photo on disk is damaged")
	m.copyAll("the copy after the damage", n)
	m.wantPhotoCalls("the copy after the damage", n*2/3)
	if seen, text := m.status(); seen.Tiers[0].Damaged != n*2/3 || len(m.warnings()) != 1 {
		t.Errorf("status tells %+v, the log %q\n%s", seen.Tiers, m.warnings(), text)
	}
	m = m.remount(m.onDisk()...)
	m.copyAll("the copy after that", n)
	m.wantPhotoCalls("the copy after that", 0)
}

// Two mounts share a directory, and what one has fetched the other need not.
func TestTwoMountsOnOneCacheDirectory(t *testing.T) {
	t.Parallel()
	const n = 200
	s, _ := organisation(n, 20_000)
	site := newSite(t, s)
	one := site.mount(site.onDisk()...)
	two := site.beside()
	outs := []string{copiedTo(one), copiedTo(two)}
	one.sh(`cp -r "$1" "$2" & first=$!; cp -r "$3" "$4"; wait $first`, one.dir, outs[0], two.dir, outs[1])
	for _, out := range outs {
		if got := checkCopy(t, s, out); got != n {
			t.Errorf("a copy beside another: %d photos are as they should be, want %d", got, n)
		}
	}
	one, two = one.remount(site.onDisk()...), two.remount("--cache-dir", site.cacheDir())
	one.copyAll("one", n)
	two.copyAll("the other", n)
	one.wantPhotoCalls("both again", 0)
	for _, m := range []*mounted{one, two} {
		if seen, _ := m.status(); seen.Tiers[0].Damaged != 0 || seen.Tiers[0].Photos != n {
			t.Errorf("status tells %+v", seen.Tiers)
		}
	}
}

// The bound holds at every moment, for two mounts together, as du counts.
func TestCacheDirectoryIsBounded(t *testing.T) {
	t.Parallel()
	const n, bound = 600, 10_000_000
	s, _ := organisation(n, 30_000)
	site := newSite(t, s)
	one := site.mount(site.onDisk("--cache-dir-size", "10MB")...)
	two := site.beside("--cache-dir-size", "10MB")
	most, done := int64(0), make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for {
			_, use := site.photoFiles()
			most = max(most, use)
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
	stop := sync.OnceFunc(func() { close(done); watch.Wait() })
	defer stop()
	one.copyAll("one", n)
	two.copyAll("the other", n)
	stop()
	if most > bound*11/10 || most < bound*8/10 {
		t.Errorf("up to %d bytes were on disk, want about %d", most, bound)
	}
}

// A mount may be killed at any moment: the next believes nothing that is wrong,
// and clears away what was left behind.
func TestKilledWhileItKeepsPhotos(t *testing.T) {
	t.Parallel()
	const n = 300
	s, _ := organisation(n, 40_000)
	site := newSite(t, s)
	for range 12 {
		m := site.mount(site.onDisk()...)
		r := m.begin("cp", "-r", m.path("Contacts"), filepath.Join(t.TempDir(), "out"))
		before, _ := site.photoFiles()
		eventually(t, "something is kept, or all is there", func() bool {
			now, _ := site.photoFiles()
			return len(now) != len(before) || r.over()
		})
		time.Sleep(time.Duration(rand.IntN(20_000)) * time.Microsecond) // a moment as good as any
		m.kill()
		site.clear()
		r.end()
	}
	m := site.mount(site.onDisk()...)
	kept, _ := site.photoFiles()
	for _, path := range kept {
		if filepath.Base(path) == "temporary" {
			t.Errorf("left behind: %s", path)
		}
	}
	m.ResetLog()
	m.copyAll("the copy after that", n)
	m.wantPhotoCalls("the copy after that", n-len(kept))
	if seen, _ := m.status(); seen.Tiers[0].Damaged != 0 {
		t.Errorf("status tells %+v", seen.Tiers)
	}
}

// Without a network a mount starts from what an earlier one knew, for as long
// as was chosen.
func TestMountOffline(t *testing.T) {
	t.Parallel()
	const n = 100
	s, ids := organisation(n, 20_000)
	m := newSite(t, s).mount()
	m.stop()
	flags := m.onDisk("--stale-if-error", "1h", "--attr-ttl", "100ms", "--content-ttl", "100ms", "--timeout", "2s")
	m = m.site.mount(flags...)
	m.copyAll("the copy while it is there", n)
	m.stop()
	m.disconnect()
	m = m.site.mount(flags...)
	m.expect("mounting without having reached Zoho")
	m.expect("no access token")
	m.expect("operation failed")
	if got := lines(m.run("ls", m.path("Contacts"))); len(got) != n {
		t.Errorf("%d records are listed, want %d", len(got), n)
	}
	m.copyAll("the copy offline", n)
	if got := len(lines(m.run("ls", m.path("by-name", "Contacts")))); got != n {
		t.Errorf("%d names are listed, want %d", got, n)
	}
	if _, text := m.status(); !strings.Contains(text, "token") {
		t.Errorf("status tells\n%s", text)
	}
	m.reconnect()
	s.SetPhoto("Contacts", ids[0], photoOf(30_000, 99))
	eventually(t, "the change is seen", func() bool {
		return m.errnoOf(m.photo("Contacts", ids[0])) == "OK 30000"
	})
}

// What the disk refuses costs a line in the log, and no read.
func TestDiskThatIsFull(t *testing.T) {
	t.Parallel()
	need.Root(t)
	const n = 100
	s, _ := organisation(n, 30_000)
	site := newSite(t, s)
	if err := os.Mkdir(site.cacheDir(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("biginfs-test", site.cacheDir(), "tmpfs", 0, "size=1m,mode=0700"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(site.cacheDir(), syscall.MNT_DETACH) })
	m := site.mount(site.onDisk()...)
	m.expect("photos are not kept on disk for now", syscall.ENOSPC.Error())
	m.copyAll("the copy beside a full disk", n)
	eventually(t, "status tells", func() bool {
		seen, text := m.status()
		return seen.Tiers[0].Problem != "" && strings.Contains(text, "of no use now")
	})
	if len(m.warnings()) != 1 {
		t.Errorf("%d lines are logged: %q", len(m.warnings()), m.warnings())
	}
	if err := syscall.Mount("biginfs-test", site.cacheDir(), "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	m = m.remount(site.onDisk()...)
	m.expect("photos are not kept on disk for now", syscall.EROFS.Error())
	m.copyAll("the copy beside a read-only disk", n)
	if got := s.Count(bigintest.KindPhoto); got >= n || got == 0 {
		t.Errorf("%d photos were fetched, want those that had no room", got)
	}
	if len(m.warnings()) != 1 {
		t.Errorf("%d lines are logged: %q", len(m.warnings()), m.warnings())
	}
}
