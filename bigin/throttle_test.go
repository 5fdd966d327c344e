package bigin_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// fill puts n records with photos into the server.
func fill(s *bigintest.Server, n int) []bigin.RecordID {
	ids := make([]bigin.RecordID, n)
	for i := range ids {
		ids[i] = bigin.RecordID(s.Add("Contacts", bigintest.Record{Photo: picture(2000, byte(i))}))
	}
	return ids
}

// all asks for the photos at once and returns how many failed with what.
func all(t *testing.T, c *bigin.Client, ids []bigin.RecordID) (errs []error) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			p, err := c.Photo(t.Context(), bigin.Contacts, id)
			if err == nil {
				_, err = p.Bytes(t.Context(), 0, 2000)
			}
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}
		})
	}
	wg.Wait()
	return errs
}

// A server that allows four at once, and a client that begins with ten.
func TestClientFindsTheLimit(t *testing.T) {
	for _, latency := range []time.Duration{0, time.Millisecond, 50 * time.Millisecond, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := bigintest.Server{Behaviour: bigintest.Behaviour{Concurrency: 4, Latency: latency}}
			ids := fill(&s, 300)
			c := clientInMemory(t, &s, bigin.Options{Timeout: 10 * time.Minute})
			if errs := all(t, c, ids); errs != nil {
				t.Errorf("%v: %d failed: %v", latency, len(errs), errs[0])
			}
			synctest.Wait() // the last bytes come before the call ends
			if got := s.Status429(); got > s.Calls()/20 || s.Calls() != 300+got {
				t.Errorf("%v: %d of %d calls were answered 429", latency, got, s.Calls())
			}
			if got := c.Stats(); got.Concurrency < 3 || got.Concurrency > 5 && latency > time.Millisecond || got.InFlight != 0 || got.Waiting != 0 || int(got.Throttled) != s.Status429() || got.PhotoCalls != int64(s.Calls()) {
				t.Errorf("%v: %+v", latency, got)
			}
		})
	}
}

func TestClientKeepsWithinItsConcurrency(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		s := bigintest.Server{Behaviour: bigintest.Behaviour{Chunked: chunked, Latency: time.Millisecond}}
		ids := fill(&s, 60)
		c := clientOf(t, &s, bigin.Options{Concurrency: 4})
		if errs := all(t, c, ids); errs != nil {
			t.Errorf("%d failed: %v", len(errs), errs[0])
		}
		if got := s.MaxInFlight(); got != 4 {
			t.Errorf("%d in flight, want 4", got)
		}
	}
}

func TestClientHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := picture(2000, 0)
		w := play(refuse(429, "TOO_MANY_REQUESTS", "Retry-After", "3"), ok(body))
		c := clientOver(t, w, bigin.Options{})
		begin := time.Now()
		p, err := c.Photo(t.Context(), bigin.Contacts, 7)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, p, body)
		w.wantCalls(t, 2)
		if spent := time.Since(begin); spent != 3*time.Second {
			t.Errorf("after %v", spent)
		}
	})
}

// When the pause is longer than the reader can wait, it is told at once, and so
// is everyone until the pause is over; then all is well again.
func TestClientDoesNotWaitForALongPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := play(refuse(429, "TOO_MANY_REQUESTS", "Retry-After", "60"), ok(picture(2000, 0)))
		c := clientOver(t, w, bigin.Options{Timeout: 30 * time.Second})
		begin := time.Now()
		for range 3 {
			if _, err := c.Photo(t.Context(), bigin.Contacts, 7); !errors.Is(err, bigin.TooManyRequests) {
				t.Error(err)
			}
			if _, err := c.Records(t.Context(), bigin.Contacts, ""); !errors.Is(err, bigin.TooManyRequests) {
				t.Error(err)
			}
		}
		w.wantCalls(t, 1)
		if spent := time.Since(begin); spent > 0 {
			t.Errorf("after %v", spent)
		}
		time.Sleep(time.Minute)
		if _, err := c.Photo(t.Context(), bigin.Contacts, 7); err != nil {
			t.Error(err)
		}
		w.wantCalls(t, 2)
	})
}

// The day's credits are used up: the reader is told before its deadline, after
// few calls.
func TestClientWithoutCredits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := play(refuse(429, "TOO_MANY_REQUESTS"))
		c := clientOver(t, w, bigin.Options{Timeout: 30 * time.Second})
		begin := time.Now()
		_, err := c.Photo(t.Context(), bigin.Contacts, 7)
		if spent := time.Since(begin); !errors.Is(err, bigin.TooManyRequests) || spent >= 30*time.Second {
			t.Errorf("%v after %v", err, spent)
		}
		if n := w.n.Load(); n > 8 {
			t.Errorf("%d calls", n)
		}
	})
}

func TestClientKeepsTheReserve(t *testing.T) {
	for _, n := range []int{1, 10} {
		synctest.Test(t, func(t *testing.T) {
			s := bigintest.Server{Behaviour: bigintest.Behaviour{Credits: 100, Latency: 50 * time.Millisecond}}
			ids := fill(&s, 300)
			c := clientInMemory(t, &s, bigin.Options{Concurrency: n, CreditReserve: 20})
			errs := all(t, c, ids)
			for _, err := range errs {
				if !errors.Is(err, bigin.ErrReserve) {
					t.Fatal(err)
				}
			}
			if s.Calls() != 80 || len(errs) != 220 {
				t.Errorf("%d at once: %d calls, %d errors", n, s.Calls(), len(errs))
			}
			for range 3 {
				if _, err := c.Photo(t.Context(), bigin.Contacts, ids[0]); !errors.Is(err, bigin.ErrReserve) {
					t.Error(err)
				}
			}
			if got := c.Stats().Credits; s.Calls() != 80 || got != 20 {
				t.Errorf("%d calls, %d credits", s.Calls(), got)
			}
		})
	}
}

// A call in the background waits for the others, unless it is raised.
func TestClientUrgentCallsFirst(t *testing.T) {
	for _, raise := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var order []string
			next := make(chan struct{})
			c := clientOver(t, roundTrip(func(req *http.Request) (*http.Response, error) {
				order = append(order, req.URL.Path[len("/bigin/v2/Contacts/"):len("/bigin/v2/Contacts/")+1])
				<-next
				return ok(picture(100, 0))(req)
			}), bigin.Options{Concurrency: 1})
			ask := func(ctx context.Context, id bigin.RecordID) {
				go func() {
					if _, err := c.Photo(ctx, bigin.Contacts, id); err != nil {
						t.Error(err)
					}
				}()
				synctest.Wait()
			}
			ask(t.Context(), 1)
			ahead, p := bigin.InBackground(t.Context())
			ask(ahead, 2)
			ask(t.Context(), 3)
			if raise {
				p.Raise()
				synctest.Wait()
			}
			ask(t.Context(), 4)
			for range 4 {
				next <- struct{}{}
				synctest.Wait()
			}
			want := "1342"
			if raise {
				want = "1324"
			}
			got := ""
			for _, o := range order {
				got += o
			}
			if got != want {
				t.Errorf("in the order %s, want %s", got, want)
			}
		})
	}
}
