package integration_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// A program that asks for the size and then reads that much gets the whole photo,
// although the size was never asked for before.
func TestSizeIsRightBeforeTheFirstRead(t *testing.T) {
	t.Parallel()
	for _, chunked := range []bool{false, true} {
		t.Run(fmt.Sprintf("chunked %v", chunked), func(t *testing.T) {
			t.Parallel()
			s := threeModules()
			s.Behaviour.Chunked = chunked
			m := mount(t, s)
			for _, module := range modules {
				for _, id := range s.IDs(module) {
					want := s.Photo(module, id)
					if want == nil {
						continue
					}
					out := m.run("read-by-size", m.photo(module, id))
					n, blocks := len(want), (len(want)+511)/512
					if blocks%8 != 0 {
						blocks += 8 - blocks%8 // whole pages are as good
					}
					exact, whole := fmt.Sprintf("%d %d %d 0 %d\n", n, n, n, (n+511)/512), fmt.Sprintf("%d %d %d 0 %d\n", n, n, n, blocks)
					if out != exact && out != whole {
						t.Errorf("%s %d: size before, size inside, read, rest and blocks are %q, want %q", module, id, out, exact)
					}
				}
			}
		})
	}
}

// The photo of Record_Image has the time that Modified_Time says. What belongs
// to whom is what the one who mounts says.
func TestModesOwnersAndTimes(t *testing.T) {
	t.Parallel()
	s := &bigintest.Server{}
	id := s.Add("Contacts", bigintest.Record{Last: "Lovelace", Modified: changed, Photo: photoOf(5000, 1)})
	empty := s.Add("Contacts", bigintest.Record{Last: "Babbage", Modified: changed.AddDate(0, 0, 1)})
	m := mount(t, s)
	m.run("ls", m.path("Contacts"))

	me := fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid())
	for _, want := range []struct{ file, mode, time string }{
		{"", "555 directory", ""},
		{"Contacts", "555 directory", ""},
		{"Companies", "777 symbolic link", ""},
		{fmt.Sprintf("Contacts/%d", id), "555 directory", "2025-03-14 15:09:26.000000000 +0000"},
		{fmt.Sprintf("Contacts/%d", empty), "555 directory", "2025-03-15 15:09:26.000000000 +0000"},
		{fmt.Sprintf("Contacts/%d/photo.jpg", id), "444 regular file", "2025-03-14 15:09:26.000000000 +0000"},
	} {
		got := strings.Split(strings.TrimSpace(m.run("stat", "-c", "%a %F|%u:%g|%y", m.path(want.file))), "|")
		if got[0] != want.mode || got[1] != me || want.time != "" && got[2] != want.time {
			t.Errorf("%q: %q, want mode %s, owner %s, time %q", want.file, got, want.mode, me, want.time)
		}
	}
}

func TestOwnerIsChosen(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2000)
	m := mount(t, s, "--uid", "1234", "--gid", "4321")
	for _, file := range []string{"", "Contacts", fmt.Sprintf("Contacts/%d", ids[0]), fmt.Sprintf("Contacts/%d/photo.jpg", ids[0])} {
		if got := m.run("stat", "-c", "%u:%g", m.path(file)); got != "1234:4321\n" {
			t.Errorf("%q belongs to %s", file, got)
		}
	}
}

// Programs that measure a disk find one that is there and local, and neither
// full nor with room to write.
func TestDiskUsage(t *testing.T) {
	t.Parallel()
	s, ids := organisation(4, 60_000)
	m := mount(t, s)
	if got := m.run("du", "-s", "-B1", "--apparent-size", m.photo("Contacts", ids[0])); !strings.HasPrefix(got, "60000\t") {
		t.Errorf("du --apparent-size: %s, want 60000", got)
	}
	used, _, _ := strings.Cut(m.run("du", "-s", "-B1", m.path("Contacts")), "\t")
	if n, err := strconv.Atoi(used); err != nil || n < 4*60_000 {
		t.Errorf("du counts %s bytes, want at least %d", used, 4*60_000)
	}
	for _, column := range []string{"pcent", "ipcent"} {
		got := strings.TrimSpace(lines(m.run("df", "--output="+column, m.dir))[1])
		if percent, err := strconv.Atoi(strings.TrimSuffix(got, "%")); got != "-" && (err != nil || percent > 50) {
			t.Errorf("df says that %s of it is used (%s)", got, column)
		}
	}
	df := lines(m.run("df", "-l", "--output=size,avail,fstype", m.dir))
	if len(df) != 2 {
		t.Fatalf("df -l shows %q", df)
	}
	if f := strings.Fields(df[1]); len(f) != 3 || f[0] == "0" || f[1] != "0" || f[2] != "fuse.biginfs" {
		t.Errorf("df shows size, room and type %q", f)
	}
}

// How many records and photos are known shows in the inodes that are in use,
// without a call.
func TestInodesInUse(t *testing.T) {
	t.Parallel()
	s, ids := organisation(4, 2000)
	s.Add("Contacts", bigintest.Record{Last: "Faceless"})
	m := mount(t, s)
	inUse := func(want, when string) {
		t.Helper()
		calls := s.Calls()
		if got := strings.Fields(lines(m.run("df", "--output=iused,ipcent,used,pcent", m.dir))[1]); got[0] != want || got[1] != "0%" && got[1] != "1%" || got[2] != "0" || got[3] != "-" {
			t.Errorf("%s: df shows %s inodes in use, %s, %s bytes and %s", when, got[0], got[1], got[2], got[3])
		}
		if n := s.Calls() - calls; n != 0 {
			t.Errorf("%s: %d calls", when, n)
		}
	}
	inUse("0", "nothing is known")
	m.run("ls", m.path("Contacts"))
	inUse(fmt.Sprint(len(ids)+1+len(ids)), "the module was listed")
}

// The mount is read-only for the kernel too, and nothing on it is a program or
// a device.
func TestMountOptions(t *testing.T) {
	t.Parallel()
	s, _ := organisation(1, 2000)
	m := mount(t, s)
	table, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if f[1] != escaped(m.dir) {
			continue
		}
		for _, option := range []string{"ro", "nosuid", "nodev", "noexec"} {
			if !strings.Contains(","+f[3]+",", ","+option+",") {
				t.Errorf("mounted without %s: %s", option, line)
			}
		}
		if f[0] != "biginfs" || f[2] != "fuse.biginfs" {
			t.Errorf("mounted as %s of type %s", f[0], f[2])
		}
		return
	}
	t.Errorf("not in /proc/self/mounts:\n%s", table)
}
