package integration_test

import "strings"

// errnoOf opens and reads a file and returns the name of the error that a
// program gets, or "OK" and how many bytes came.
func (m *mounted) errnoOf(path string) string {
	m.t.Helper()
	return strings.TrimSpace(m.run("read-all", path))
}

// errnoOfList is the same for listing a directory.
func (m *mounted) errnoOfList(path string) string {
	m.t.Helper()
	return strings.TrimSpace(m.run("count-entries", path))
}

// messages are what cat says of the errors.
var messages = map[string]string{
	"ENOENT":    "No such file or directory",
	"EACCES":    "Permission denied",
	"EIO":       "Input/output error",
	"ETIMEDOUT": "Connection timed out",
	"EDQUOT":    "Disk quota exceeded",
	"EFBIG":     "File too large",
	"EROFS":     "Read-only file system",
}

// fails checks that reading a photo fails with this error, for a program that
// looks at errno as for cat.
func (m *mounted) fails(path, errno string) {
	m.t.Helper()
	if got := m.errnoOf(path); got != errno {
		m.t.Errorf("reading %s: %s, want %s", path, got, errno)
	}
	r := m.try("cat", path)
	if r.code != 1 || r.out != "" || !strings.Contains(r.stderr, messages[errno]) {
		m.t.Errorf("cat ended with %d, %d bytes and %q, want %q", r.code, len(r.out), r.stderr, messages[errno])
	}
}
