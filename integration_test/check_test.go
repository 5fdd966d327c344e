package integration_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// expect announces a warning that may stand in the log: one line of it holds
// all these pieces.
func (m *mounted) expect(pieces ...string) {
	m.warned = append(m.warned, strings.Join(pieces, "\x00"))
}

// warning is how such a line says its level, as text or JSON.
var warning = regexp.MustCompile(`\blevel"?[=:]"?(WARN|ERROR)\b`)

// warnings are the lines of the log that are warnings or worse.
func (m *mounted) warnings() []string {
	var list []string
	for line := range strings.Lines(m.log.String()) {
		if warning.MatchString(line) {
			list = append(list, strings.TrimSuffix(line, "\n"))
		}
	}
	return list
}

// holds reports whether the line has all the pieces.
func holds(line string, pieces ...string) bool {
	for _, p := range pieces {
		if !strings.Contains(line, p) {
			return false
		}
	}
	return true
}

// checkLog looks for what must not stand in the log.
func (m *mounted) checkLog() {
	m.t.Helper()
	log := m.log.String()
	for _, word := range []string{"panic", "DATA RACE", "fatal error", "goroutine "} {
		if strings.Contains(log, word) {
			m.t.Errorf("%q in the log:\n%s", word, log)
			return
		}
	}
lines:
	for _, line := range m.warnings() {
		for _, w := range m.warned {
			if holds(line, strings.Split(w, "\x00")...) {
				continue lines
			}
		}
		m.t.Errorf("nobody announced this: %s", line)
	}
	for _, secret := range m.secrets() {
		if strings.Contains(log, secret) {
			m.t.Errorf("a secret in the log:\n%s", log)
		}
	}
}

// checkArguments looks for secrets where everybody can read them.
func (m *mounted) checkArguments() {
	m.t.Helper()
	line, err := os.ReadFile(m.proc("cmdline"))
	if err != nil {
		return // it has just ended
	}
	for _, secret := range m.secrets() {
		if strings.Contains(string(line), secret) {
			m.t.Errorf("a secret among the arguments: %q", line)
		}
	}
}

// checkFiles looks for files with secrets that others can read.
func (m *mounted) checkFiles() {
	m.t.Helper()
	secrets := m.secrets()
	err := filepath.WalkDir(m.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, secret := range secrets {
			if strings.Contains(string(b), secret) && info.Mode().Perm()&0o077 != 0 {
				m.t.Errorf("%s holds a secret and has mode %v", path, info.Mode())
			}
		}
		return nil
	})
	if err != nil {
		m.t.Error(err)
	}
}

// cutAuthorization splits the value of the header.
func cutAuthorization(header string) (scheme, token string, ok bool) {
	return strings.Cut(header, " ")
}
