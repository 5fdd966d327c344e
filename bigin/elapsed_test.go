package bigin

import (
	"testing"
	"time"
	"unsafe"
)

// asleep is a time of so long ago, of which the machine slept for all: the
// monotonic clock says that it is now. A negative one is of a wall clock that
// was set back since.
//
// https://go.dev/src/time/time.go (type Time)
func asleep(d time.Duration) time.Time {
	t := time.Now().Add(-d)
	(*struct {
		_   uint64
		ext int64
	})(unsafe.Pointer(&t)).ext += int64(d)
	return t
}

func TestElapsed(t *testing.T) {
	const much = time.Hour
	about := func(what string, got, want time.Duration) {
		t.Helper()
		if got < want || got > want+time.Minute {
			t.Errorf("%s: %v have passed, want %v", what, got, want)
		}
	}
	about("awake", Elapsed(time.Now().Add(-much)), much)
	about("asleep", Elapsed(asleep(much)), much)
	about("the clock was set back", Elapsed(asleep(-much)), 0)
	about("written down", Elapsed(time.Now().Add(-much).Round(0)), much)

	about("written down, rebased", Elapsed(Rebased(time.Now().Add(-much).Round(0))), much)
	about("yet to come, rebased", Elapsed(Rebased(time.Now().Add(much).Round(0))), 0)
	if r := Rebased(time.Now().Round(0)); r == r.Round(0) {
		t.Error("it goes by the wall clock alone")
	}
}
