package bigin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
	"go.uber.org/goleak"
)

// The beginning can be read while the server keeps the rest.
func TestPhotoIsReadWhileItArrives(t *testing.T) {
	body := picture(100_000, 0)
	var s bigintest.Server
	id := s.Add("Contacts", bigintest.Record{Photo: body})
	s.AddFault(bigintest.Fault{Path: photos, StallAfter: 40_000})
	c := clientOf(t, &s, bigin.Options{})
	p, err := c.Photo(t.Context(), bigin.Contacts, bigin.RecordID(id))
	if err != nil {
		t.Fatal(err)
	}
	if p.Size() != 100_000 {
		t.Errorf("size %d", p.Size())
	}
	if b, err := p.Bytes(t.Context(), 0, 40_000); err != nil || !bytes.Equal(b, body[:40_000]) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	select {
	case <-p.Done():
		t.Error("it is complete")
	default:
	}
}

func TestPhotoPieceByPiece(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := picture(3000, 0)
		tap, answer := open(3000)
		w := play(answer)
		c := clientOver(t, w, bigin.Options{})
		got := make(chan *bigin.Photo)
		go func() {
			p, err := c.Photo(t.Context(), bigin.Contacts, 7)
			if err != nil {
				t.Error(err)
			}
			got <- p
		}()
		tap.Write(body[:600])
		p := <-got

		read := make(chan string, 9)
		for _, end := range []int{500, 600, 601, 2000, 3000} {
			go func() {
				b, err := p.Bytes(t.Context(), 0, end)
				if err != nil || !bytes.Equal(b, body[:end]) {
					t.Errorf("%d of %d bytes, %v", len(b), end, err)
				}
				read <- fmt.Sprint(end)
			}()
		}
		poured := 600
		for _, step := range []struct{ to, read int }{{600, 2}, {601, 1}, {1999, 0}, {2000, 1}, {3000, 1}} {
			tap.Write(body[poured:step.to])
			poured = step.to
			synctest.Wait()
			if len(read) != step.read {
				t.Errorf("%d bytes are there: %d readers served, want %d", step.to, len(read), step.read)
			}
			for len(read) > 0 {
				<-read
			}
		}
		<-p.Done()
		w.wantCalls(t, 1)
	})
}

// A line that says nothing is dead, and is asked again; a slow one is not.
func TestPhotoOverASilentLine(t *testing.T) {
	body := picture(3000, 0)
	for _, c := range []struct {
		name  string
		calls int
		steps func() *wire
		want  error
	}{
		{"before the headers, then well", 2, func() *wire { return play(never, ok(body)) }, nil},
		{"before the headers, always", 4, func() *wire { return play(never) }, bigin.ErrSilent},
		{"in the head, then well", 2, func() *wire {
			tap, answer := open(3000)
			go tap.Write(body[:9])
			return play(answer, ok(body))
		}, nil},
		{"in the body, then well", 2, func() *wire {
			tap, answer := open(3000)
			go tap.Write(body[:2000])
			return play(answer, ok(body))
		}, nil},
		{"slow all along", 1, func() *wire {
			tap, answer := open(3000)
			go func() {
				for i := range 30 {
					time.Sleep(14 * time.Second)
					tap.Write(body[100*i : 100*i+100])
				}
			}()
			return play(answer)
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := c.steps()
				begin := time.Now()
				p, err := clientOver(t, w, bigin.Options{Timeout: 30 * time.Second}).Photo(t.Context(), bigin.Contacts, 7)
				if c.want == nil && err == nil {
					wantBytes(t, p, body)
				} else if !errors.Is(err, c.want) {
					t.Error(err)
				}
				w.wantCalls(t, c.calls)
				silent := time.Duration(c.calls) * 15 * time.Second // each
				if c.want == nil {
					silent -= 15 * time.Second
				}
				if spent := time.Since(begin); c.name != "slow all along" && (spent < silent || spent > silent+5*time.Second) {
					t.Errorf("after %v, want %v", spent, silent)
				}
			})
		})
	}
}

func TestPhotoCallerGivesUpBeforeTheBeginning(t *testing.T) {
	for _, begun := range []bool{false, true} { // headers came, or not even these
		synctest.Test(t, func(t *testing.T) {
			tap, answer := open(3000)
			if !begun {
				stalled := answer
				answer = func(req *http.Request) (*http.Response, error) { _, _ = stalled(req); return never(req) }
			}
			w := play(answer)
			c := clientOver(t, w, bigin.Options{})
			ctx, cancel := context.WithCancelCause(t.Context())
			why := errors.New("control-C")
			go func() { synctest.Wait(); cancel(why) }()
			begin := time.Now()
			p, err := c.Photo(ctx, bigin.Contacts, 7)
			<-tap.gone
			synctest.Wait()
			if p != nil || !errors.Is(err, why) || time.Since(begin) > 0 {
				t.Errorf("%v, %v after %v", p, err, time.Since(begin))
			}
			if s := c.Stats(); s.InFlight != 0 {
				t.Errorf("%+v", s)
			}
			w.wantCalls(t, 1)
		})
	}
}

// The download ends with the context that it was begun under, and with that
// alone: who reads it comes and goes.
func TestPhotoEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := picture(3000, 0)
		tap, answer := open(3000)
		w := play(answer)
		c := clientOver(t, w, bigin.Options{})
		go tap.Write(body[:1000])
		whole, end := context.WithCancelCause(t.Context())
		p, err := c.Photo(whole, bigin.Contacts, 7)
		if err != nil {
			t.Fatal(err)
		}
		why := errors.New("control-C")
		gaveUp := make(chan error, 2)
		for range 2 {
			ctx, cancel := context.WithCancelCause(t.Context())
			go func() { _, err := p.Bytes(ctx, 0, 3000); gaveUp <- err }()
			synctest.Wait()
			cancel(why)
			if err := <-gaveUp; !errors.Is(err, why) {
				t.Error(err)
			}
		}
		synctest.Wait()
		select {
		case <-tap.gone:
			t.Fatal("its readers gave up, and the download with them")
		default:
		}
		tap.Write(body[1000:2000])
		if b, err := p.Bytes(t.Context(), 1500, 500); err != nil || !bytes.Equal(b, body[1500:2000]) {
			t.Errorf("%d bytes, %v", len(b), err)
		}
		end(bigin.ErrAbandoned)
		<-tap.gone
		<-p.Done()
		if !errors.Is(p.Err(), bigin.ErrAbandoned) {
			t.Error(p.Err())
		}
		if b, err := p.Bytes(t.Context(), 0, 2000); err != nil || !bytes.Equal(b, body[:2000]) {
			t.Errorf("what had arrived: %d bytes, %v", len(b), err)
		}
		if b, err := p.Bytes(t.Context(), 0, 2001); b != nil || !errors.Is(err, bigin.ErrAbandoned) {
			t.Errorf("what had not: %d bytes, %v", len(b), err)
		}
		w.wantCalls(t, 1)
	})
}

// The server sees the connection go.
func TestPhotoEndsOnTheWire(t *testing.T) {
	body := picture(2_000_000, 0)
	gone := make(chan struct{})
	var s bigintest.Server
	id := s.Add("Contacts", bigintest.Record{Photo: body})
	s.AddFault(bigintest.Fault{Path: photos, StallAfter: 50_000})
	c := clientThrough(t, &s, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			defer close(gone)
		}
		s.ServeHTTP(w, r)
	}), bigin.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	p, err := c.Photo(ctx, bigin.Contacts, bigin.RecordID(id))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := p.Bytes(t.Context(), 0, len(body)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-gone
	<-p.Done()
}

// Readers who come one after the other to a photo of which nothing more
// arrives wait once between them, and each is told why.
func TestPhotoThatKeepsItsReadersWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := picture(3000, 0)
		tap, answer := open(3000)
		c := clientOver(t, play(answer), bigin.Options{Timeout: time.Hour})
		go tap.Write(body[:1000])
		p, err := c.Photo(t.Context(), bigin.Contacts, 7)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		read := func(n int) error {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			_, err := p.Bytes(ctx, 0, n)
			return err
		}
		begin := time.Now()
		for range 20 {
			if err := read(3000); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			if err := read(1000); err != nil {
				t.Errorf("what is there: %v", err)
			}
		}
		if spent := time.Since(begin); spent != 2*time.Second {
			t.Errorf("20 readers waited %v, one after the other", spent)
		}
		tap.Write(body[1000:2000])
		if err := read(2000); err != nil {
			t.Errorf("what came meanwhile: %v", err)
		}
		begin = time.Now()
		if err := read(3000); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 2*time.Second {
			t.Errorf("%v after %v: more had come, so the wait is another", err, time.Since(begin))
		}
		time.Sleep(1100 * time.Millisecond)
		go func() { time.Sleep(time.Second); tap.Write(body[2000:]) }()
		if err := read(3000); err != nil {
			t.Errorf("a moment later: %v", err)
		}
	})
}

func TestCloseEndsDownloads(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	synctest.Test(t, func(t *testing.T) {
		body := picture(3000, 0)
		tap, answer := open(3000)
		w := play(answer, never)
		c := clientOver(t, w, bigin.Options{})
		go tap.Write(body[:1000])
		p, err := c.Photo(t.Context(), bigin.Contacts, 7)
		if err != nil {
			t.Fatal(err)
		}
		waiting := make(chan error, 2)
		go func() { _, err := p.Bytes(t.Context(), 0, 3000); waiting <- err }()
		go func() { _, err := c.Photo(t.Context(), bigin.Contacts, 8); waiting <- err }()
		synctest.Wait()
		c.Close()
		for range 2 {
			if err := <-waiting; !errors.Is(err, bigin.ErrClosed) {
				t.Error(err)
			}
		}
		<-tap.gone
		w.wantCalls(t, 2)
		if _, err := c.Photo(t.Context(), bigin.Contacts, 9); !errors.Is(err, bigin.ErrClosed) {
			t.Error(err)
		}
	})
	goleak.VerifyNone(t, leaks)
}

// A reader whose time is up leaves the download going: the line may be slow.
func TestPhotoOverASlowLineGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := picture(3000, 0)
		tap, answer := open(3000)
		w := play(answer)
		go tap.Write(body[:1000])
		p, err := clientOver(t, w, bigin.Options{}).Photo(t.Context(), bigin.Contacts, 7)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := p.Bytes(ctx, 0, 3000); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		synctest.Wait()
		tap.Write(body[1000:])
		wantBytes(t, p, body)
		w.wantCalls(t, 1)
	})
}
