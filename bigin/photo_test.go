package bigin_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/biginfs/biginfs/bigin"
)

func TestPhotoMatches(t *testing.T) {
	body := picture(1000, 0)
	end := bytes.Clone(body)
	end[999]++
	a := bigin.NewPhoto(body)
	for _, c := range []struct {
		name string
		b    []byte
		want bool
	}{
		{"same bytes", bytes.Clone(body), true},
		{"another end", end, false},
		{"shorter", body[:999], false},
		{"empty", nil, false},
	} {
		b := bigin.NewPhoto(c.b)
		for _, pair := range [][2]*bigin.Photo{{a, b}, {b, a}} {
			if got, err := pair[0].Matches(t.Context(), pair[1].Version()); got != c.want || err != nil {
				t.Errorf("%s: %t, %v", c.name, got, err)
			}
		}
	}
	if got, err := a.Matches(t.Context(), a.Version()); !got || err != nil {
		t.Error("it does not match itself")
	}
	if a.MIME() != "image/png" || a.Err() != nil || a.Fetched().IsZero() {
		t.Errorf("%s, %v, %v", a.MIME(), a.Err(), a.Fetched())
	}
	<-a.Done()
}

// Two downloads are compared as far as the first one came.
func TestPhotoMatchesWhileItArrives(t *testing.T) {
	body := picture(3000, 0)
	late := bytes.Clone(body)
	late[2500]++
	for _, c := range []struct {
		name   string
		second []byte
		cut    bool // the first download ends after 2,000 bytes
		want   bool
	}{
		{"same", body, false, true},
		{"same as what came", body, true, true},
		{"other", late, false, false},
		{"other, but not in what came", late, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first, answer1 := open(3000)
				second, answer2 := open(3000)
				w := play(answer1, answer2, never)
				client := clientOver(t, w, bigin.Options{})
				go first.Write(body[:600])
				whole, end := context.WithCancel(t.Context())
				defer end()
				a, err := client.Photo(whole, bigin.Contacts, 7)
				if err != nil {
					t.Fatal(err)
				}
				go second.Write(c.second[:600])
				b, err := client.Photo(t.Context(), bigin.Contacts, 7)
				if err != nil {
					t.Fatal(err)
				}
				if same, err := a.Matches(t.Context(), a.Version()); !same || err != nil {
					t.Error("it does not match itself at once")
				}
				got := make(chan bool)
				go func() {
					same, err := b.Matches(t.Context(), a.Version())
					if err != nil {
						t.Error(err)
					}
					got <- same
				}()
				ctx, cancel := context.WithCancel(t.Context())
				go func() { synctest.Wait(); cancel() }()
				if _, err := b.Matches(ctx, a.Version()); !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				first.Write(body[600:2000])
				if c.cut {
					end()
					<-a.Done()
				} else {
					first.Write(body[2000:])
				}
				select {
				case <-got:
					t.Error("told before the second one came")
				default:
				}
				second.Write(c.second[600:])
				if same := <-got; same != c.want {
					t.Errorf("%t, want %t", same, c.want)
				}
			})
		})
	}
}

// A panic is an error of that call, and costs no turn.
func TestPhotoPanic(t *testing.T) {
	c := clientOver(t, roundTrip(func(*http.Request) (*http.Response, error) { panic("boom") }), bigin.Options{Concurrency: 1})
	for range 3 {
		if p, err := c.Photo(t.Context(), bigin.Contacts, 7); p != nil || !errors.Is(err, bigin.ErrPanic) {
			t.Errorf("%v, %v", p, err)
		}
	}
	if s := c.Stats(); s.InFlight != 0 || s.Waiting != 0 {
		t.Errorf("%+v", s)
	}
}

// A photo of bytes that are there takes no memory for them a second time.
func TestCompletePhotosAreNotCopied(t *testing.T) {
	b := make([]byte, 1<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p := bigin.NewPhoto(b)
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<16 || p.Size() != 1<<20 {
		t.Errorf("%d bytes were allocated for a photo of %d that was there", got, p.Size())
	}
}
