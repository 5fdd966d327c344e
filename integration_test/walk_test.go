package integration_test

import (
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// Programs that read one photo after another, each in its own way, make one call
// for each photo, and as many at once as are allowed.
func TestWalks(t *testing.T) {
	t.Parallel()
	for _, walk := range []struct{ name, needs, script string }{
		{"cp -r", "cp", `cp -r "$1" "$2"`},
		{"tar", "tar", `tar -C "$1" -cf "$2.tar" .`},
		{"rsync", "rsync", `rsync -a "$1/" "$2/"`},
		{"cpio", "cpio", `cd "$1"; find . | cpio -o -H newc --quiet >"$2.cpio"`},
		{"glob", "cat", `cat "$1"/*/photo.jpg >"$2.all"`},
		{"backwards", "cat", `ls -r "$1" | while read id; do [ -e "$1/$id/photo.jpg" ] && cat "$1/$id/photo.jpg" || :; done >"$2.all"`},
		{"find -size", "find", `find "$1" -type f -size +1k -exec cat {} + >"$2.all"`},
		{"du", "du", `du -s "$1" >/dev/null`},
	} {
		t.Run(walk.name, func(t *testing.T) {
			need.Program(t, walk.needs)
			s := &bigintest.Server{Behaviour: bigintest.Behaviour{Latency: 50 * time.Millisecond}} // longer than a reader takes between two
			add(s, "Contacts", 375, 60_000, 5)                                                     // 300 with a photo
			m := mount(t, s)
			m.sh(walk.script, m.path("Contacts"), t.TempDir()+"/out")
			photos, all, most := s.Count(bigintest.KindPhoto), s.Calls(), s.MaxInFlight()
			t.Logf("%d calls for 300 photos, %d in all, at most %d at once", photos, all, most)
			if photos < 300 || photos > 303 || all > 310 {
				t.Errorf("%d calls for photos and %d in all, want 300 to 303, and at most 310", photos, all)
			}
			if most > 10 {
				t.Errorf("%d calls at once, want at most 10", most)
			}
			if most < 5 {
				t.Errorf("at most %d calls at once: nothing was fetched ahead", most)
			}
			m.costs("the same again", 0, 0, 0, func() { m.sh(walk.script, m.path("Contacts"), t.TempDir()+"/again") })
		})
	}
}

// Only what will be read is fetched ahead, so reading at random pays for little
// more than that.
func TestRandomReads(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1000, 5000)
	m := mount(t, s)
	m.run("ls", m.path("Contacts"))
	m.ResetLog()
	read := map[int]bool{}
	var files []string
	for i := 7; len(files) < 100; i = (i*421 + 17) % 1000 {
		if read[i] {
			i++
		}
		read[i%1000] = true
		files = append(files, m.photo("Contacts", ids[i%1000]))
	}
	m.sh(`for f; do cat "$f" >/dev/null; done`, files...)
	if n := s.Count(bigintest.KindPhoto); n < len(read) || n > 110 {
		t.Errorf("%d calls for %d photos read at random, want at most 110", n, len(read))
	}
}

// Two programs on their own walks do not spoil each other's.
func TestTwoWalksAtOnce(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{Behaviour: bigintest.Behaviour{Latency: 5 * time.Millisecond}}
	add(s, "Contacts", 150, 20_000, 0)
	add(s, "Products", 150, 20_000, 0)
	m := mount(t, s)
	m.sh(`tar -C "$1" -cf "$3.a" . & tar -C "$2" -cf "$3.b" . & wait`, m.path("Contacts"), m.path("Products"), t.TempDir()+"/out")
	if photos, most := s.Count(bigintest.KindPhoto), s.MaxInFlight(); photos > 306 || most > 10 {
		t.Errorf("%d calls for 300 photos, at most %d at once; want at most 306, and 10", photos, most)
	}
}

// The least concurrency that can be chosen is kept to.
func TestOneCallAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := organisation(40, 20_000)
	s.Behaviour.Latency = time.Millisecond
	m := mount(t, s, "--concurrency", "1")
	m.sh(`tar -C "$1" -cf - . | wc -c`, m.path("Contacts"))
	if n := s.MaxInFlight(); n != 1 {
		t.Errorf("%d calls at once, want 1", n)
	}
}
