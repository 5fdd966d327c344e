package integration_test

import (
	"fmt"
	"strings"
	"testing"
)

// Each file has a number, which is the same in the directory that lists it.
func TestEveryFileHasANumber(t *testing.T) {
	t.Parallel()
	m := mount(t, threeModules())
	var files int
	said := m.run("check-inodes", m.dir)
	if _, err := fmt.Sscanf(said, "%d files are as they should be\n", &files); err != nil || files < 20 {
		t.Errorf("want some files with numbers, all of them as listed:\n%s", said)
	}
}

// Nothing can be written, so all that there is to sync has been synced: a
// program that syncs what it has read, or the directory above it, succeeds.
func TestSyncSucceeds(t *testing.T) {
	t.Parallel()
	s, ids := organisation(1, 2000)
	m := mount(t, s)
	files := []string{
		m.photo("Contacts", ids[0]), m.path(".xdg-volume-info"),
		m.dir, m.path("Contacts"), m.path("Contacts", fmt.Sprint(ids[0])), m.path("by-name"), m.path("by-name", "Contacts"),
	}
	if said := lines(m.run("sync-all", files...)); len(said) != len(files)*3 || strings.Count(strings.Join(said, " "), "OK") != len(said) {
		t.Errorf("fsync, fdatasync and syncfs of each: %q", said)
	}
	m.run("sync", m.photo("Contacts", ids[0]))
	m.run("sync", "--data", m.path("Contacts"))
	m.run("sync", "--file-system", m.dir)
}
