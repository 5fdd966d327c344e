package valkey

import (
	"bytes"
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// Of many desks that want a photo, one fetches it.
func TestOneFetchesForAll(t *testing.T) {
	e := startEngine(t)
	var desks []*Server
	for range 12 {
		desks = append(desks, desk(t, e.address(), alice))
	}
	b := picture(60_000)
	var fetches atomic.Int64
	var all sync.WaitGroup
	for _, s := range desks {
		for id := bigin.RecordID(1); id <= 20; id++ {
			all.Go(func() {
				r := record(id)
				got, _, done := s.BeginPhoto(context.Background(), bigin.Contacts, r)
				if done != nil {
					fetches.Add(1)
					time.Sleep(50 * time.Millisecond) // as long as a call takes
					s.Keep(bigin.Contacts, r, b, time.Now())
					done()
				} else if !bytes.Equal(got, b) {
					t.Error("another photo")
				}
			})
		}
	}
	all.Wait()
	if n := fetches.Load(); n != 20 {
		t.Errorf("%d fetches of 20 photos", n)
	}
}

// Where the one that fetches fails, or dies, the next does it.
func TestMarkDiesWithItsHolder(t *testing.T) {
	e := startEngine(t)
	holder, next := desk(t, e.address(), alice), desk(t, e.address(), alice)
	r := record(1)
	_, _, done := holder.BeginPhoto(t.Context(), bigin.Contacts, r)
	time.AfterFunc(50*time.Millisecond, done)
	_, _, mine := next.BeginPhoto(t.Context(), bigin.Contacts, r)
	if mine == nil {
		t.Fatal("a photo from nowhere")
	}
	mine()

	_, _, _ = holder.BeginPhoto(t.Context(), bigin.Contacts, r)
	time.Sleep(markLife + markLife/4) // renewed meanwhile
	if n, err := e.do(e.client(), "EXISTS", holder.markName(bigin.Contacts, 1)).AsInt64(); n != 1 || err != nil {
		t.Fatal("the mark of one who lives is gone")
	}
	holder.link.close() // as if killed
	if d := timed(func() {
		_, _, mine := next.BeginPhoto(t.Context(), bigin.Contacts, r)
		mine()
	}); d > markLife+time.Second {
		t.Errorf("the dead one was waited for %v", d)
	}
}

// The index goes from desk to desk when it is newer, and one desk renews it.
func TestIndexIsShared(t *testing.T) {
	e := startEngine(t)
	one, two := desk(t, e.address(), alice), desk(t, e.address(), alice)
	now := time.Now().Round(0)
	_, _, done := one.BeginIndex(t.Context(), bigin.Contacts, now.Add(-time.Hour))
	if done == nil {
		t.Fatal("an index from nowhere")
	}
	b := picture(3 << 20)
	time.AfterFunc(50*time.Millisecond, func() {
		one.KeepIndex(bigin.Contacts, b, now)
		done()
	})
	got, asOf, done := two.BeginIndex(t.Context(), bigin.Contacts, now.Add(-time.Minute))
	if done != nil || !bytes.Equal(got, b) || !asOf.Equal(now) {
		t.Fatalf("%d bytes of %v", len(got), asOf)
	}
	if got, _, done := two.BeginIndex(t.Context(), bigin.Contacts, now); done == nil || got != nil {
		t.Error("one that is no newer")
	} else {
		done()
	}
}

// One desk has the token made, and the others take it.
func TestTokenIsShared(t *testing.T) {
	e := startEngine(t)
	one, two := desk(t, e.address(), alice).Tokens(), desk(t, e.address(), alice).Tokens()
	use := func(text []byte) bool { return string(text) == "token" }
	done := one.Begin(t.Context(), use)
	if done == nil {
		t.Fatal("a token from nowhere")
	}
	time.AfterFunc(50*time.Millisecond, func() {
		one.Keep(context.Background(), []byte("token"), time.Minute)
		done()
	})
	if done := two.Begin(t.Context(), use); done != nil {
		t.Error("another refresh")
	}
	if done := two.Begin(t.Context(), func([]byte) bool { return false }); done == nil {
		t.Error("a token that was rejected")
	} else {
		done()
	}
}
