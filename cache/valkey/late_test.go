package valkey

import (
	"bytes"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// A server that is silent for a moment is late, not gone: readers do not wait
// for it, and what is left for others meanwhile is there when it answers again.
func TestLateServer(t *testing.T) {
	e := startEngine(t)
	s := hastyDesk(t, e.address(), alice)
	e.signal(syscall.SIGSTOP)
	t.Cleanup(func() { e.signal(syscall.SIGCONT) })
	if _, _, ok := s.Photo(t.Context(), bigin.Contacts, record(1)); ok {
		t.Error("a photo from nowhere")
	}
	eventually(t, "readers leave it alone", func() bool { return !s.link.isUp() })
	if s.link.isDown() {
		t.Error("it is taken for gone")
	}
	b := picture(1000)
	s.Keep(bigin.Contacts, record(2), b, time.Now())
	e.signal(syscall.SIGCONT)
	eventually(t, "what was left is there", func() bool {
		got, _, ok := s.Photo(t.Context(), bigin.Contacts, record(2))
		return ok && bytes.Equal(got, b)
	})
}

// Nor does what nobody waits for yet wait for a server that was not there for
// long.
func TestUnreachableInBackground(t *testing.T) {
	s := deskNotUp(t, Address{Host: "127.0.0.1:" + strconv.Itoa(freePort(t))}, alice)
	ctx, _ := bigin.InBackground(t.Context())
	if d := timed(func() {
		for id := range bigin.RecordID(20) {
			s.Photo(ctx, bigin.Contacts, record(id+1))
		}
	}); d > soon {
		t.Errorf("20 reads ahead wait %v", d)
	}
}
