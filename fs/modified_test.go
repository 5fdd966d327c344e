package fs

import (
	"testing"
	"time"
)

func TestStamp(t *testing.T) {
	never := time.Time{}
	at := func(day int) time.Time { return time.Date(2025, 3, day, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name                     string
		modified, unknown, shown []time.Time
	}{
		{"a record that is known", []time.Time{at(1), at(1), never, at(1), at(2)}, []time.Time{at(9), at(9), at(9), at(9), at(9)}, []time.Time{at(1), at(1), at(1), at(1), at(2)}},
		{"a record that is heard of later", []time.Time{never, never, at(1), at(1), never, at(12)}, []time.Time{at(9), at(10), at(10), at(10), at(11), at(11)}, []time.Time{at(9), at(9), at(9), at(9), at(9), at(12)}},
		{"a record that changed before it was heard of", []time.Time{never, at(10)}, []time.Time{at(9), at(9)}, []time.Time{at(9), at(10)}},
		{"a record that changed after it was heard of", []time.Time{never, at(1), at(8)}, []time.Time{at(9), at(9), at(9)}, []time.Time{at(9), at(9), at(8)}},
	} {
		var s stamp
		for i := range c.modified {
			if got := s.at(c.modified[i], c.unknown[i]); !got.Equal(c.shown[i]) {
				t.Errorf("%s: step %d shows %v, want %v", c.name, i, got, c.shown[i])
			}
		}
	}
}
