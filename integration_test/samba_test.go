package integration_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// Somebody who sees the folder of names alone, through Samba, finds every photo
// there under a name that Samba and Windows take, whatever its record is called.
func TestSambaSharesNamesAlone(t *testing.T) {
	t.Parallel()
	needSamba(t)
	s, ids := hostileOrganisation()
	m := mount(t, s, "--allow-other", "--by-name=files")
	smb := m.export(map[string]string{"names": m.path("by-name", "Contacts")})
	listed := m.run("smbclient", smb.client("names", "-c", "ls")...)
	if n := s.Count(bigintest.KindPhoto); n != len(ids) {
		t.Errorf("%d photo calls for a listing, which has sizes in it, want one for each of %d photos", n, len(ids))
	}
	out := t.TempDir()
	m.try("smbclient", smb.client("names", "-c", "recurse on; prompt off; lcd "+out+"; mget *")...)
	if n := s.Count(bigintest.KindPhoto); n != len(ids) {
		t.Errorf("%d photo calls after copying all, want no more than the %d of the listing", n, len(ids))
	}
	left := map[string]int64{}
	for _, id := range ids {
		left[string(s.Photo("Contacts", id))] = id
	}
	for _, name := range lines(m.run("ls", "-A", m.path("by-name", "Contacts"))) {
		if !strings.Contains(listed, "\n  "+name+" ") && !strings.HasPrefix(listed, "  "+name+" ") {
			t.Errorf("%q is not in the listing", name)
		}
		photo, err := os.ReadFile(filepath.Join(out, name))
		if _, ok := left[string(photo)]; !ok || err != nil {
			t.Errorf("the copy of %q has %d bytes, which are no photo, or that of another name; %v", name, len(photo), err)
		}
		delete(left, string(photo))
	}
	if len(left) > 0 {
		t.Errorf("%d photos were not copied", len(left))
	}
}

// Windows does not tell A from a. For a name that is not there as it is written,
// Samba reads the folder and compares. Of a folder of records or of names that is
// the module's listing: one call for 200 records, however many such names follow
// within --attr-ttl. In the root, and in a record, it costs none.
func TestSambaIgnoresCase(t *testing.T) {
	t.Parallel()
	needSamba(t)
	s := &bigintest.Server{}
	var ids []int64
	for i, name := range []string{"Ada", "Bob", "Eve"} {
		ids = append(ids, s.Add("Contacts", bigintest.Record{Last: name, Modified: changed, Photo: photoOf(40_000+i, uint64(i))}))
	}
	m := mount(t, s, "--allow-other", "--by-name=files")
	smb := m.export(map[string]string{"drive": m.dir})
	out := filepath.Join(t.TempDir(), "photo")
	get := func(path string) {
		t.Helper()
		m.try("smbclient", smb.client("drive", "-c", fmt.Sprintf(`get "%s" "%s"`, path, out))...)
	}
	for i, path := range []string{
		fmt.Sprintf(`Contacts\%d\photo.jpg`, ids[0]),
		fmt.Sprintf(`CONTACTS\%d\PHOTO.JPG`, ids[1]),
		`By-Name\contacts\EVE.JPG`,
	} {
		get(path)
		if got, err := os.ReadFile(out); string(got) != string(s.Photo("Contacts", ids[i])) {
			t.Errorf("%s: %d bytes, which are not the photo; %v", path, len(got), err)
		}
	}
	var look []string
	for _, path := range []string{
		"desktop.ini", `Contacts\Desktop.ini`, `CONTACTS\folder.jpg`, `By-Name\contacts\NOBODY.JPG`,
		fmt.Sprintf(`Contacts\%d\Thumbs.db`, ids[0]), fmt.Sprintf(`contacts\%d\desktop.ini`, ids[2]),
	} {
		look = append(look, fmt.Sprintf(`ls "%s"`, path))
	}
	look = append(look, look...)
	r := m.try("smbclient", smb.client("drive", "-c", strings.Join(look, ";"))...)
	if said := r.out + r.stderr; strings.Count(said, "NT_STATUS_NO_SUCH_FILE")+strings.Count(said, "NT_STATUS_OBJECT_") != len(look) {
		t.Errorf("of names that are not there Samba says\n%s", said)
	}
	if photos, calls := s.Count(bigintest.KindPhoto), s.Calls(); photos != len(ids) || calls > photos+1 {
		t.Errorf("%d calls, %d of them for photos, want one for each of %d photos, and one listing", calls, photos, len(ids))
	}
}
