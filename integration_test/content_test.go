package integration_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/integration_test/need"
)

func TestFindAndMD5Sum(t *testing.T) {
	t.Parallel()
	need.Program(t, "md5sum")
	s := threeModules()
	m := mount(t, s)
	got := map[string]string{}
	for _, line := range lines(m.sh(`cd "$1"; find . -type f -name photo.jpg -exec md5sum {} +`, m.dir)) {
		sum, file, _ := strings.Cut(line, "  ./")
		got[file] = sum
	}
	n := 0
	for _, module := range modules {
		for _, id := range s.IDs(module) {
			photo := s.Photo(module, id)
			if photo == nil {
				continue
			}
			n++
			file := module + "/" + strconv.FormatInt(id, 10) + "/photo.jpg"
			if want := md5Of(photo); got[file] != want {
				t.Errorf("%s: sum %q, want %s", file, got[file], want)
			}
		}
	}
	if len(got) != n {
		t.Errorf("md5sum saw %d files, want %d", len(got), n)
	}
}

// The type is what the bytes say, whatever Bigin says.
func TestTypeOfAPhoto(t *testing.T) {
	t.Parallel()
	need.Program(t, "file")
	s := &bigintest.Server{Behaviour: bigintest.Behaviour{ContentType: "application/x-download"}}
	var ids []int64
	for i := range heads {
		ids = append(ids, s.Add("Products", bigintest.Record{Last: "Anvil", Photo: photoOf(2000, uint64(i))}))
	}
	m := mount(t, s)
	for i, id := range ids {
		photo := m.photo("Products", id)
		got := strings.TrimSpace(m.run("file", "-b", "--mime-type", photo))
		if want := mimeTypes[i]; strings.TrimPrefix(got, "image/x-ms-") != strings.TrimPrefix(want, "image/") && got != want {
			t.Errorf("file calls photo %d %s, want %s", i, got, want)
		}
		if got := strings.TrimSpace(m.run("get-xattr", photo, "user.mime_type")); got != mimeTypes[i] {
			t.Errorf("user.mime_type of photo %d is %s, want %s", i, got, mimeTypes[i])
		}
	}
}

func TestGetfattrShowsTheType(t *testing.T) {
	t.Parallel()
	need.Program(t, "getfattr")
	s, ids := organisation(1, 3000)
	m := mount(t, s)
	got := m.run("getfattr", "--absolute-names", "--only-values", "-n", "user.mime_type", m.photo("Contacts", ids[0]))
	if got != "image/jpeg" {
		t.Errorf("getfattr says %q, want image/jpeg", got)
	}
}

// md5Of is the sum of all of it, as md5sum writes it.
func md5Of(parts ...[]byte) string {
	sum := md5.Sum(bytes.Join(parts, nil))
	return hex.EncodeToString(sum[:])
}
