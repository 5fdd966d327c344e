package bigin_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// A body that is cut is asked for again, and is never a short photo.
func TestPhotoCutAndRetried(t *testing.T) {
	body := picture(200_000, 0)
	for _, chunked := range []bool{false, true} {
		for _, n := range []int{1, 100, 511, 512, 513, 70_000, 199_999} {
			t.Run(fmt.Sprintf("%d, chunked %t", n, chunked), func(t *testing.T) {
				t.Parallel()
				s := bigintest.Server{Behaviour: bigintest.Behaviour{Chunked: chunked}}
				id := s.Add("Contacts", bigintest.Record{Photo: body})
				s.AddFault(bigintest.Fault{Path: photos, CutAfter: n, Count: 2})
				p, err := clientOf(t, &s, bigin.Options{}).Photo(t.Context(), bigin.Contacts, bigin.RecordID(id))
				if err != nil {
					t.Fatal(err)
				}
				wantBytes(t, p, body)
				if <-p.Done(); p.Err() != nil || s.Calls() != 3 {
					t.Errorf("%v after %d calls", p.Err(), s.Calls())
				}
			})
		}
	}
}

// What came before the cut can be read; what did not is an error and nothing
// else, however often the photo is asked for.
func TestPhotoCutAlways(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := picture(9000, 0)
		w := play(cutAfter(body, 4000), cutAfter(body, 1000), cutAfter(body, 6000), cutAfter(body, 2000))
		p, err := clientOver(t, w, bigin.Options{}).Photo(t.Context(), bigin.Contacts, 7)
		if err != nil {
			t.Fatal(err)
		}
		<-p.Done()
		w.wantCalls(t, 4)
		if !errors.Is(p.Err(), bigin.ErrCutShort) || p.Size() != 9000 {
			t.Errorf("%v, size %d", p.Err(), p.Size())
		}
		if b, err := p.Bytes(t.Context(), 0, 6000); err != nil || !bytes.Equal(b, body[:6000]) {
			t.Errorf("the best of four: %d bytes, %v", len(b), err)
		}
		for range 2 {
			if b, err := p.Bytes(t.Context(), 5000, 1001); b != nil || !errors.Is(err, bigin.ErrCutShort) {
				t.Errorf("beyond it: %d bytes, %v", len(b), err)
			}
		}
	})
}

// Half of one picture and half of another is none.
func TestPhotoChangesMeanwhile(t *testing.T) {
	body, other := picture(9000, 0), picture(9000, 1)
	late := bytes.Clone(body)
	late[8999]++
	longer := append(bytes.Clone(body), 0)
	chunked := func(b []byte) *bytes.Reader { return bytes.NewReader(b) }
	for _, c := range []struct {
		name  string
		w     *wire
		calls int
		want  []byte // nil: ErrChanged
	}{
		{"other bytes", play(cutAfter(body, 4000), ok(other)), 2, nil},
		{"other length", play(cutAfter(body, 4000), ok(longer)), 2, nil},
		{"other length in chunks", play(cutAfter(body, 4000), reply(200, -1, chunked(longer))), 2, nil},
		{"other bytes in chunks", play(cutAfter(body, 4000), reply(200, -1, chunked(other))), 2, nil},
		{"same in chunks", play(cutAfter(body, 4000), reply(200, -1, chunked(body))), 2, body},
		{"other bytes behind the cut", play(cutAfter(body, 4000), ok(late)), 2, late}, // nobody can have seen the old ones
		{"gone", play(cutAfter(body, 4000), reply(204, 0, chunked(nil))), 2, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := clientOver(t, c.w, bigin.Options{}).Photo(t.Context(), bigin.Contacts, 7)
				if err != nil {
					t.Fatal(err)
				}
				b, err := p.Bytes(t.Context(), 0, 10_000)
				c.w.wantCalls(t, c.calls)
				switch {
				case c.want != nil:
					wantBytes(t, p, c.want)
				case c.name == "gone":
					if b != nil || !errors.Is(err, bigin.ErrNoPhoto) {
						t.Errorf("%d bytes, %v", len(b), err)
					}
				case b != nil || !errors.Is(err, bigin.ErrChanged):
					t.Errorf("%d bytes, %v", len(b), err)
				}
			})
		})
	}
}

// A chunked body that is cut was not seen by anyone: the second try may bring
// whatever it likes.
func TestPhotoInChunksCutAndChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body, other := picture(9000, 0), picture(7000, 1)
		cut := io.MultiReader(bytes.NewReader(body[:4000]), failing{io.ErrUnexpectedEOF})
		w := play(reply(200, -1, cut), ok(other))
		p, err := clientOver(t, w, bigin.Options{}).Photo(t.Context(), bigin.Contacts, 7)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, p, other)
		w.wantCalls(t, 2)
	})
}
