package integration_test

import (
	"fmt"
	"strings"
	"testing"
)

// probes are names that programs look for everywhere.
var probes = []string{
	".Trash", ".Trash-0", ".Trash-1000", ".xdg-volume-info", "autorun.inf", ".autorun", "autorun.sh", ".hidden",
	".directory", "desktop.ini", "Desktop.ini", "folder.jpg", "Folder.jpg", "cover.jpg", "AlbumArt.jpg",
	"Thumbs.db", ".DS_Store", "._.DS_Store", ".localized", ".metadata_never_index", ".git", ".svn", "HEAD",
	".nomedia", ".ccache", ".editorconfig", "lost+found", ".fuse_hidden0000000000000001", "Deals", "contacts",
}

// strange are names that are nearly ids, or nearly the name of a photo.
var strange = []string{
	"0", "-1", "+1", "00", "1.0", "1e9", "0x10", " 1", "1 ", "１２３", "99999999999999999999", "9223372036854775808",
	"2034020000000489033 ", "02034020000000489033", "2034020000000489033.jpg", "photo.jpg", "photo.JPG", "photo.png",
	"photo.jpg~", ".photo.jpg.swp", "photo", "%2e%2e", "..%2f", "a\\b", "a?b", "a#b", "a\nb", "\xff\xfe", strings.Repeat("9", 255),
}

// Names that cannot exist are looked for all the time, and cost nothing.
func TestProbesCostNoCall(t *testing.T) {
	t.Parallel()
	s, ids := organisation(2, 4000)
	m := mount(t, s)
	record := m.path("Contacts", fmt.Sprint(ids[0]))
	m.run("stat", record)
	s.ResetLog()
	for _, dir := range []string{m.dir, m.path("Contacts"), m.path("Companies"), record} {
		names := append(append([]string{}, probes...), strange...)
		out := m.run("look-up", append([]string{dir}, names...)...)
		got := lines(out)
		for i, name := range names {
			exists := dir == record && name == "photo.jpg" || dir == m.dir && name == ".xdg-volume-info"
			switch at, below := got[2*i], got[2*i+1]; {
			case exists && (at != "OK" || below != "ENOTDIR"):
				t.Errorf("%s/%q: %s, and below it %s", dir, name, at, below)
			case !exists && (at != "ENOENT" || below != "ENOENT"):
				t.Errorf("%s/%q: %s, and below it %s, want ENOENT", dir, name, at, below)
			}
		}
	}
	if n := s.Calls(); n != 0 {
		t.Errorf("%d calls for names that cannot exist, the first for %s", n, s.Requests()[0].Path)
	}
}
