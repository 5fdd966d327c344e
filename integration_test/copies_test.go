package integration_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

// copiers are programs that copy the mount in $1 to the directory $2, each in
// its own way: some ask for the size first, some read until the end, some have
// the kernel do it, some map the file.
var copiers = []struct{ name, needs, script string }{
	{"cat", "cat", `cd "$1"; for f in [ACP]*s/*/photo.jpg; do mkdir -p "$2/${f%/*}"; cat "$f" >"$2/$f"; done`},
	{"dd in odd pieces", "dd", `cd "$1"; for f in [ACP]*s/*/photo.jpg; do mkdir -p "$2/${f%/*}"; dd if="$f" of="$2/$f" bs=3001 status=none; done`},
	{"cp -r", "cp", `cp -r "$1/." "$2"`},
	{"cp -a", "cp", `cp -a "$1/." "$2"`},
	{"tar", "tar", `tar -C "$1" -cf - . | tar -C "$2" -xf -`},
	{"cpio", "cpio", `cd "$1"; find . | cpio -o -H newc --quiet | (cd "$2"; cpio -id --quiet --no-absolute-filenames)`},
	{"rsync", "rsync", `rsync -a "$1/" "$2/"`},
	{"rsync --checksum", "rsync", `rsync -a --checksum "$1/" "$2/"`},
	{"busybox cp", "busybox", `busybox cp -r "$1/." "$2"`},
	{"busybox tar", "busybox", `busybox tar -C "$1" -cf - . | tar -C "$2" -xf -`},
	{"mmap", "copy-mmap", `copy-mmap "$1" "$2"`},
	{"sendfile", "copy-sendfile", `copy-sendfile "$1" "$2"`},
	{"copy_file_range", "copy-file-range", `copy-file-range "$1" "$2"`},
	{"shutil", "python3", `"$TOOL" -I -c '
import os, shutil, sys
os.chdir(sys.argv[1])
for module in "Accounts", "Contacts", "Products":
    for record in os.listdir(module):
        if os.listdir(os.path.join(module, record)):
            to = os.path.join(sys.argv[2], module, record)
            os.makedirs(to)
            shutil.copyfile(os.path.join(module, record, "photo.jpg"), os.path.join(to, "photo.jpg"))
' "$1" "$2"`},
	{"tarfile", "python3", `"$TOOL" -I -c '
import sys, tarfile
with tarfile.open(sys.argv[2] + ".tar", "w") as t: t.add(sys.argv[1], ".")
with tarfile.open(sys.argv[2] + ".tar") as t: t.extractall(sys.argv[2])
' "$1" "$2"`},
}

// sizesTried are around the borders that pages and requests have.
var sizesTried = []int{1 << 9, 4095, 4096, 4097, 60_000, 128<<10 + 1, 300_000}

// threeModules is a Bigin with photos of all sizes in every module, and records
// without.
func threeModules() *bigintest.Server {
	s := &bigintest.Server{}
	for i, module := range modules {
		for j, size := range sizesTried {
			s.Add(module, bigintest.Record{Last: "with a photo", Modified: changed, Photo: photoOf(size, uint64(10*i+j))})
			if j%3 == 0 {
				s.Add(module, bigintest.Record{Last: "without", Modified: changed})
			}
		}
	}
	return s
}

func TestEveryPhotoIsCopiedByteForByte(t *testing.T) {
	t.Parallel()
	for i, c := range copiers {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, chunked %v", c.name, chunked), func(t *testing.T) {
				need.Program(t, c.needs)
				s := threeModules()
				s.Behaviour.Chunked = chunked
				s.Behaviour.ContentType = []string{"", "application/octet-stream", "text/html", "application/json"}[i%4]
				m := mount(t, s)
				out := copyTo(m, c.needs, c.script)
				if got := checkCopy(t, s, out); got != len(modules)*len(sizesTried) {
					t.Errorf("%d photos came, want %d", got, len(modules)*len(sizesTried))
				}
			})
		}
	}
}

// copyTo runs a copier, with the tool as $TOOL, and returns the directory it
// copied to.
func copyTo(m *mounted, tool, script string) string {
	m.t.Helper()
	out := filepath.Join(m.t.TempDir(), "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		m.t.Fatal(err)
	}
	m.sh("TOOL="+need.Program(m.t, tool)+"; "+script, m.dir, out)
	return out
}

// checkCopy compares a copy with what the server has, and returns how many
// photos are in it.
func checkCopy(t *testing.T, s *bigintest.Server, out string) (n int) {
	t.Helper()
	for _, module := range modules {
		for _, id := range s.IDs(module) {
			want := s.Photo(module, id)
			name := filepath.Join(out, module, strconv.FormatInt(id, 10), "photo.jpg")
			got, err := os.ReadFile(name)
			switch {
			case want == nil && err == nil:
				t.Errorf("%s %d has no photo, yet one was copied", module, id)
			case want == nil:
			case err != nil:
				t.Error(err)
			case string(got) != string(want):
				t.Errorf("%s %d: the copy has %d bytes, the photo %d, and they differ", module, id, len(got), len(want))
			default:
				n++
			}
		}
	}
	return n
}
