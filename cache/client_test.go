package cache

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
	"go.uber.org/goleak"
)

// wire is an HTTP transport that is a function.
type wire func(*http.Request) (*http.Response, error)

func (f wire) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// handled carries requests to a handler without a network.
func handled(h http.Handler) wire {
	return func(req *http.Request) (*http.Response, error) {
		r := req.Clone(req.Context())
		if r.Body == nil {
			r.Body = http.NoBody
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		res := rec.Result()
		res.Request = req
		return res, context.Cause(req.Context())
	}
}

// clientOver is a client whose calls of the API go over the wire.
func clientOver(t *testing.T, over http.RoundTripper, o bigin.Options) *bigin.Client {
	t.Helper()
	return clientOf(t, over, &bigintest.Server{}, o)
}

// clientOf is clientOver with the tokens of that server.
func clientOf(t *testing.T, over http.RoundTripper, tokens http.Handler, o bigin.Options) *bigin.Client {
	t.Helper()
	o.Transport = over
	o.Tokens = bigin.NewTokenSource(bigin.TokenOptions{
		Credentials: func() (bigin.Credentials, error) {
			return bigin.Credentials{
				ClientID: bigintest.DefaultClientID, ClientSecret: bigintest.DefaultClientSecret,
				RefreshToken: bigintest.DefaultRefreshToken, AccountsURL: "http://127.0.0.1:9",
			}, nil
		},
		HTTP: &http.Client{Transport: handled(tokens)},
	})
	if _, err := o.Tokens.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := bigin.New(o)
	t.Cleanup(c.Close)
	return c
}

const png = "\x89PNG\r\n\x1a\n"

func answer(req *http.Request, length int64, body io.Reader) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: length, Body: io.NopCloser(body), Request: req}, nil
}

// listedIDs says that the records 1 to 9 have photos.
const listedIDs = `{"data":[{"id":"1","Record_Image":"x"},{"id":"2","Record_Image":"x"},{"id":"3","Record_Image":"x"},` +
	`{"id":"4","Record_Image":"x"},{"id":"5","Record_Image":"x"},{"id":"6","Record_Image":"x"}],"info":{"more_records":false}}`

// A photo that someone waits for goes before those fetched ahead, also when it
// is one of them.
func TestReadersGoBeforeReadAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		order := ""
		turn := make(chan struct{}, 10)
		c := over(t, clientOver(t, wire(func(req *http.Request) (*http.Response, error) {
			name := req.URL.Path[len("/bigin/v2/Contacts"):]
			if name == "" {
				return answer(req, int64(len(listedIDs)), bytes.NewReader([]byte(listedIDs)))
			}
			order += name[1:2]
			<-turn
			return answer(req, int64(len(png)), bytes.NewReader([]byte(png)))
		}), bigin.Options{Concurrency: 1}), func(o *Options) { o.Ahead = ahead })
		listed(t, c, -1)
		ask := func(id bigin.RecordID) {
			go mustPhoto(t, c, id)
			synctest.Wait()
		}
		ask(1) // holds the one turn
		ask(2) // 3 to 6 are to be fetched ahead
		ask(4) // and this one is not ahead any more
		ask(6) // nor this one
		for range 6 {
			turn <- struct{}{}
			synctest.Wait()
		}
		if order != "124635" && order != "124653" {
			t.Errorf("in the order %s", order)
		}
	})
}

// A photo that still arrives counts as one of those fetched ahead at once.
func TestReadAheadOfLargePhotos(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		release := make(chan struct{})
		c := over(t, clientOver(t, wire(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == "/bigin/v2/Contacts" {
				return answer(req, int64(len(listedIDs)), bytes.NewReader([]byte(listedIDs)))
			}
			calls.Add(1)
			r, w := io.Pipe()
			go func() {
				w.Write(append([]byte(png), make([]byte, 600)...))
				<-release
				w.Write(make([]byte, 1000))
			}()
			return answer(req, int64(len(png)+1600), r)
		}), bigin.Options{Concurrency: 20}), func(o *Options) { o.Ahead = 3 })
		listed(t, c, -1)
		for id := range bigin.RecordID(3) {
			mustPhoto(t, c, id+1)
			synctest.Wait()
		}
		if got := calls.Load(); got != 5 { // 4 and 5 are on their way, and 3, which was fetched ahead
			t.Errorf("%d calls, want 5", got)
		}
		close(release)
		synctest.Wait()
		if got, s := calls.Load(), c.Stats(); got != 6 || s.Ahead != 4 || s.AheadUsed != 1 {
			t.Errorf("%d calls, want 6; %+v", got, s)
		}
	})
}

// A download that breaks off in the middle is not offered to the next reader.
func TestBrokenPhotosAreFetchedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := append([]byte(png), make([]byte, 5000)...)
		var calls atomic.Int32
		pours := make(chan *io.PipeWriter, 9)
		c := over(t, clientOver(t, wire(func(req *http.Request) (*http.Response, error) {
			calls.Add(1)
			r, w := io.Pipe()
			context.AfterFunc(req.Context(), func() { w.CloseWithError(context.Cause(req.Context())) })
			pours <- w
			go w.Write(body[:1000])
			return answer(req, int64(len(body)), r)
		}), bigin.Options{}))
		first := mustPhoto(t, c, 7)
		if p := mustPhoto(t, c, 7); p != first || calls.Load() != 1 {
			t.Error("a photo that arrives is not shared")
		}
		ctx, cancel := context.WithCancel(t.Context())
		_, release, err := c.Photo(ctx, contacts, 7, nil)
		if err != nil {
			t.Fatal(err)
		}
		go func() { synctest.Wait(); cancel() }()
		if _, err := first.Bytes(ctx, 0, len(body)); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		release()
		<-first.Done()
		if !errors.Is(first.Err(), bigin.ErrAbandoned) {
			t.Error(first.Err())
		}
		<-pours
		second := mustPhoto(t, c, 7)
		if third, err := photoOf(t.Context(), c, 7, first.Version()); third != second || err != nil || calls.Load() != 2 {
			t.Errorf("%v after %d calls", err, calls.Load())
		}
		(<-pours).Write(body[1000:])
		if b, err := second.Bytes(t.Context(), 0, len(body)); err != nil || !bytes.Equal(b, body) {
			t.Errorf("%d bytes, %v", len(b), err)
		}
		if same, err := second.Matches(t.Context(), first.Version()); !same || err != nil {
			t.Error(same, err)
		}
	})
}

// Everything at once against a server with faults: no wrong byte, and at the
// end nothing is left.
func TestStress(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	synctest.Test(t, func(t *testing.T) {
		s := &bigintest.Server{Behaviour: bigintest.Behaviour{Concurrency: 6, Latency: 20 * time.Millisecond}}
		bytesOf := func(i int64, version byte) []byte {
			b := bytes.Repeat([]byte{byte(i), version}, 500)
			copy(b, png)
			return b
		}
		var ids []bigin.RecordID
		for i := range int64(120) {
			r := bigintest.Record{}
			if i%5 != 4 {
				r.Photo = bytesOf(i, 0)
			}
			ids = append(ids, bigin.RecordID(s.Add("Contacts", r)))
		}
		s.AddFault(bigintest.Fault{Path: "/bigin/v2/Contacts/*/photo", Skip: 40, Count: 9, Status: 500})
		s.AddFault(bigintest.Fault{Path: "/bigin/v2/Contacts", Skip: 3, Count: 2, Status: 503})
		client := clientOver(t, handled(s), bigin.Options{})
		c := over(t, client, func(o *Options) {
			o.Size, o.Ahead, o.AttrTTL, o.ContentTTL, o.NegativeTTL = 40_000, ahead, 5*time.Second, 10*time.Second, 2*time.Second
		})
		var wg sync.WaitGroup
		for w := range uint64(16) {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(w, 4))
				for n := range 150 {
					i := (int(w)*10 + n) % len(ids)
					if w%3 == 0 {
						i = r.IntN(len(ids))
					}
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+r.IntN(20_000))*time.Millisecond)
					switch r.IntN(8) {
					case 0:
						if rec, err := record(ctx, c, ids[i]); err == nil && rec.ID != ids[i] {
							t.Errorf("record %v for %v", rec.ID, ids[i])
						}
					case 1:
						at := at(c.Listing(contacts).After)
						for j := range ids {
							if rec, err := at(ctx, j); err != nil {
								break
							} else if rec.ID != ids[j] {
								t.Errorf("record %v for %v", rec.ID, ids[j])
							}
						}
					default:
						p, err := photo(ctx, c, ids[i])
						if err == nil {
							var b []byte
							if b, err = p.Bytes(ctx, 0, 5000); err == nil && !bytes.Equal(b, bytesOf(int64(i), 0)) {
								t.Errorf("wrong bytes of %v", ids[i])
							}
						}
						if (err == nil || errors.Is(err, bigin.ErrNoPhoto)) && (err == nil) != (i%5 != 4) {
							t.Errorf("photo of record %d: %v", i, err)
						}
					}
					cancel()
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Minute) // read-ahead ends too
		synctest.Wait()
		if st := client.Stats(); st.InFlight != 0 || st.Waiting != 0 {
			t.Errorf("%+v", st)
		}
		if st := c.Stats(); st.Bytes > st.Size || st.Ahead < st.AheadUsed+st.AheadWasted {
			t.Errorf("%+v", st)
		}
		if n := c.walks.running.Load(); n != 0 {
			t.Errorf("%d run ahead", n)
		}
		if len(c.photoLoads.current)+len(c.recordLoads.current) > 0 {
			t.Error("loads are under way")
		}
	})
	goleak.VerifyNone(t, leaks)
}
