package integration_test

import (
	"testing"
	"time"
)

// A hundred programs are killed, each at one of the moments in the life of a
// mount. None hangs, and none stands in the way of the next.
func TestAHundredKills(t *testing.T) {
	t.Parallel()
	server, ids := organisation(1, 3000)
	s := newSite(t, server)
	moments := []struct {
		name string
		come func(m *mounted) bool
	}{
		{"it starts", func(m *mounted) bool { return true }},
		{"it has just mounted", func(m *mounted) bool { return s.isMounted() }},
		{"the mount answers", func(m *mounted) bool { return s.isMounted() && m.try("stat", "-f", s.dir).code == 0 }},
		{"a photo was read", func(m *mounted) bool {
			return s.isMounted() && m.errnoOf(m.photo("Contacts", ids[0])) == "OK 3000"
		}},
	}
	for i := range times(100) {
		moment := moments[i%len(moments)]
		if moment.name == "it has just mounted" {
			s.clear() // the dead mount would look like it
		}
		m := s.start("mount", s.dir)
		for end := time.Now().Add(patience); !moment.come(m); { // no pause: a moment is short
			if m.over() || time.Now().After(end) {
				t.Fatalf("kill %d: it never came that %s:\n%s", i, moment.name, m.log)
			}
		}
		m.kill()
	}
	m := s.mount()
	if got := m.errnoOf(m.photo("Contacts", ids[0])); got != "OK 3000" {
		t.Errorf("reading after all that: %s", got)
	}
}
