package bigin_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// Byte for byte, whatever Bigin says of length and type.
func TestPhotoByteForByte(t *testing.T) {
	heads := map[string]string{
		"image/png": "\x89PNG\r\n\x1a\n", "image/jpeg": "\xff\xd8\xff\xe0", "image/gif": "GIF89a", "image/bmp": "BM",
	}
	for _, chunked := range []bool{false, true} {
		for _, contentType := range []string{"", "image/png", "application/x-download", "application/octet-stream", "text/html", "application/json", "nonsense"} {
			s := bigintest.Server{Behaviour: bigintest.Behaviour{Chunked: chunked, ContentType: contentType}}
			c := clientOf(t, &s, bigin.Options{})
			for mime, head := range heads {
				for _, size := range []int{len(head), 100, 511, 512, 513, 60_000} {
					body := picture(size, byte(size))
					copy(body, head)
					for _, m := range bigin.Modules() {
						id := s.Add(string(m), bigintest.Record{Photo: body})
						p, err := c.Photo(t.Context(), m, bigin.RecordID(id))
						if err != nil {
							t.Fatalf("%s of %d bytes as %q, chunked %t: %v", mime, size, contentType, chunked, err)
						}
						wantBytes(t, p, body)
						if p.MIME() != mime {
							t.Errorf("%s for %s", p.MIME(), mime)
						}
						<-p.Done()
						if p.Err() != nil {
							t.Error(p.Err())
						}
					}
				}
			}
			if got, want := s.Calls(), 4*6*3; got != want {
				t.Errorf("%d calls, want %d", got, want)
			}
		}
	}
}

// A page that says all is well is no photo, and asking again would not help.
func TestPhotoThatIsNoImage(t *testing.T) {
	for _, c := range []struct{ contentType, body string }{
		{"application/json", `{"code":"SUCCESS","details":{},"message":"ok","status":"success"}`},
		{"text/html", "<!DOCTYPE html><html><body>Sign in</body></html>"},
		{"image/png", "<html>" + string(make([]byte, 5000))},
		{"image/png", "just text"},
		{"image/png", ""},
	} {
		for _, chunked := range []bool{false, true} {
			s := bigintest.Server{Behaviour: bigintest.Behaviour{Chunked: chunked}}
			id := s.Add("Contacts", bigintest.Record{Photo: picture(900, 0)})
			s.AddFault(bigintest.Fault{Path: photos, Body: []byte(c.body), ContentType: c.contentType})
			p, err := clientOf(t, &s, bigin.Options{}).Photo(t.Context(), bigin.Contacts, bigin.RecordID(id))
			if p != nil || !errors.Is(err, bigin.ErrNotImage) || s.Calls() != 1 {
				t.Errorf("%.40q as %s: %v, %v after %d calls", c.body, c.contentType, p, err, s.Calls())
			}
		}
	}
}

func TestPhotoThatIsNotThere(t *testing.T) {
	for _, c := range []struct {
		b    bigintest.Behaviour
		id   int64
		want error
	}{
		{bigintest.Behaviour{}, 1, bigin.ErrNoPhoto},
		{bigintest.Behaviour{}, 2, bigin.InvalidData},
		{bigintest.Behaviour{MissingPhoto204: true}, 2, bigin.ErrNoPhoto},
	} {
		s := bigintest.Server{Behaviour: c.b}
		s.Add("Contacts", bigintest.Record{ID: 1, Last: "without"})
		p, err := clientOf(t, &s, bigin.Options{}).Photo(t.Context(), bigin.Contacts, bigin.RecordID(c.id))
		if p != nil || !errors.Is(err, c.want) || s.Calls() != 1 {
			t.Errorf("%d: %v, %v after %d calls, want %v", c.id, p, err, s.Calls(), c.want)
		}
	}
}

func TestPhotoTooLarge(t *testing.T) {
	const most = 10_000
	for _, chunked := range []bool{false, true} {
		for _, size := range []int{most, most + 1, 50 * most} {
			s := bigintest.Server{Behaviour: bigintest.Behaviour{Chunked: chunked}}
			id := s.Add("Contacts", bigintest.Record{Photo: picture(size, 0)})
			p, err := clientOf(t, &s, bigin.Options{MaxPhotoSize: most}).Photo(t.Context(), bigin.Contacts, bigin.RecordID(id))
			switch {
			case s.Calls() != 1:
				t.Errorf("%d calls", s.Calls())
			case size <= most:
				if err != nil {
					t.Fatal(err)
				}
				wantBytes(t, p, s.Photo("Contacts", id))
			case p != nil || !errors.Is(err, bigin.ErrTooLarge):
				t.Errorf("%d bytes, chunked %t: %v, %v", size, chunked, p, err)
			}
		}
	}
}

// What Bigin may say of a body that is not true.
func TestPhotoOfAnotherLength(t *testing.T) {
	body := picture(5000, 0)
	for _, c := range []struct {
		name   string
		length int64
		want   int // bytes; 0: ErrCutShort
	}{
		{"announces more", 6000, 0},
		{"announces less", 4000, 4000}, // what more there is can't be seen
	} {
		t.Run(c.name, func(t *testing.T) {
			var s bigintest.Server
			id := s.Add("Contacts", bigintest.Record{Photo: body})
			s.AddFault(bigintest.Fault{Path: photos, Length: c.length})
			p, err := clientOf(t, &s, bigin.Options{}).Photo(t.Context(), bigin.Contacts, bigin.RecordID(id))
			if err != nil {
				t.Fatal(err)
			}
			if c.want > 0 {
				wantBytes(t, p, body[:c.want])
				return
			}
			if b, err := p.Bytes(t.Context(), 0, 9999); b != nil || !errors.Is(err, bigin.ErrCutShort) {
				t.Errorf("%d bytes, %v", len(b), err)
			}
			if s.Calls() != 4 || !errors.Is(p.Err(), bigin.ErrCutShort) {
				t.Errorf("%d calls, %v", s.Calls(), p.Err())
			}
		})
	}
}

// The parts of a photo, and what lies outside of it.
func TestPhotoParts(t *testing.T) {
	body := picture(1000, 0)
	for _, c := range []struct {
		off  int64
		n    int
		want []byte
	}{
		{0, 1000, body}, {0, 5000, body}, {0, 10, body[:10]}, {990, 10, body[990:]}, {990, 11, body[990:]},
		{999, 1, body[999:]}, {1000, 1, nil}, {5000, 10, nil}, {-1, 10, nil}, {0, 0, nil}, {0, -5, nil},
	} {
		p := bigin.NewPhoto(body)
		got, err := p.Bytes(t.Context(), c.off, c.n)
		if err != nil || !bytes.Equal(got, c.want) || cap(got) != len(got) {
			t.Errorf("%d bytes from %d: %d, %v", c.n, c.off, len(got), err)
		}
	}
}

// 5xx and broken connections may pass, and are tried four times; what Bigin
// answers otherwise will not change.
func TestPhotoRetries(t *testing.T) {
	body := picture(3000, 0)
	broken := func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }
	for _, c := range []struct {
		name  string
		steps []func(*http.Request) (*http.Response, error)
		calls int
		want  error // nil: the photo
	}{
		{"500 once", steps(refuse(500, "INTERNAL_ERROR"), ok(body)), 2, nil},
		{"503 thrice", steps(refuse(503, ""), refuse(503, ""), refuse(502, ""), ok(body)), 4, nil},
		{"500 always", steps(refuse(500, "INTERNAL_ERROR")), 4, bigin.InternalError},
		{"connection once", steps(broken, ok(body)), 2, nil},
		{"connection always", steps(broken), 4, io.ErrUnexpectedEOF},
		{"400", steps(refuse(400, "INVALID_DATA")), 1, bigin.InvalidData},
		{"403", steps(refuse(403, "NO_PERMISSION")), 1, bigin.NoPermission},
		{"404", steps(refuse(404, "INVALID_URL_PATTERN")), 1, bigin.InvalidURLPattern},
		{"RECORD_LOCKED", steps(refuse(400, "RECORD_LOCKED")), 1, bigin.RecordLocked},
		{"500 then 403", steps(refuse(500, "INTERNAL_ERROR"), refuse(403, "NO_PERMISSION")), 2, bigin.NoPermission},
		{"cut in the head", steps(cutAfter(body, 20), ok(body)), 2, nil},
		{"cut before the head", steps(cutAfter(body, 0), ok(body)), 2, nil},
		{"cut in the head always", steps(cutAfter(body, 20)), 4, bigin.ErrCutShort},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := play(c.steps...)
				begin := time.Now()
				p, err := clientOver(t, w, bigin.Options{}).Photo(t.Context(), bigin.Contacts, 7)
				w.wantCalls(t, c.calls)
				if spent := time.Since(begin); c.calls > 1 && spent == 0 || spent > 5*time.Second {
					t.Errorf("after %v", spent)
				}
				if c.want == nil {
					if err != nil {
						t.Fatal(err)
					}
					wantBytes(t, p, body)
				} else if p != nil || !errors.Is(err, c.want) {
					t.Errorf("%v, %v", p, err)
				}
			})
		})
	}
}

func steps(s ...func(*http.Request) (*http.Response, error)) []func(*http.Request) (*http.Response, error) {
	return s
}

// A body that is compressed on the way would hide its size.
func TestPhotoAsItIs(t *testing.T) {
	c := clientOver(t, roundTrip(func(req *http.Request) (*http.Response, error) {
		if got := req.Header.Get("Accept-Encoding"); got != "identity" || req.Method != http.MethodGet {
			t.Errorf("%s with Accept-Encoding %q", req.Method, got)
		}
		return ok(picture(100, 0))(req)
	}), bigin.Options{})
	if _, err := c.Photo(t.Context(), bigin.Products, 7); err != nil {
		t.Error(err)
	}
}

// The error of a photo that does not come holds neither URL nor token.
func TestPhotoErrorIsShort(t *testing.T) {
	c := clientOver(t, roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("connection refused")
	}), bigin.Options{})
	_, err := c.Photo(t.Context(), bigin.Products, 7)
	if want := "photo Products/7: connection refused"; fmt.Sprint(err) != want {
		t.Errorf("%v, want %s", err, want)
	}
}
