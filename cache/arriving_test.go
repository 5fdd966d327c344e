package cache

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// brittle is a server whose records 1 to 6 have photos, which arrive whole until
// it breaks: then they end in the middle, however often they are asked for.
type brittle struct {
	body   []byte
	broken bool
}

func (s *brittle) answer(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/Contacts") {
		return answer(req, int64(len(listedIDs)), strings.NewReader(listedIDs))
	}
	if !s.broken {
		return answer(req, int64(len(s.body)), bytes.NewReader(s.body))
	}
	time.Sleep(time.Second)
	slow := readerFunc(func([]byte) (int, error) { time.Sleep(time.Second); return 0, io.ErrUnexpectedEOF })
	return answer(req, int64(len(s.body)), io.MultiReader(bytes.NewReader(s.body[:1000]), slow))
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// A download that fails takes nothing away: the older photo is still there for
// those who read it, and for all while Bigin cannot be reached.
func TestFailedDownloadLeavesTheOlderPhoto(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &brittle{body: append([]byte(png), make([]byte, 5000)...)}
		c := over(t, clientOver(t, wire(s.answer), bigin.Options{}), func(o *Options) { o.StaleIfError = time.Hour })
		first := mustPhoto(t, c, 1)
		<-first.Done()
		time.Sleep(contentTTL)
		s.broken = true
		second := mustPhoto(t, c, 1)
		if second == nil || second == first {
			t.Fatal("it was not asked for again")
		}
		if p, err := photoOf(t.Context(), c, 1, first.Version()); p != first || err != nil {
			t.Errorf("whoever reads the older one has another while it arrives, %v", err)
		}
		if p, err := photoOf(t.Context(), c, 1, second.Version()); p != second || err != nil {
			t.Errorf("whoever reads the one that arrives has another, %v", err)
		}
		<-second.Done()
		synctest.Wait()
		if second.Err() == nil {
			t.Fatal("it arrived")
		}
		for _, v := range []*bigin.Version{nil, first.Version()} {
			if p, err := photoOf(t.Context(), c, 1, v); p != first || err != nil {
				t.Errorf("after the failure the older photo is lost: %v", err)
			}
		}
	})
}

// What was fetched ahead and failed is no photo that waits to be read.
func TestFailedReadAheadIsNotCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &brittle{body: append([]byte(png), make([]byte, 5000)...)}
		c := over(t, clientOver(t, wire(s.answer), bigin.Options{}), func(o *Options) { o.Ahead = ahead })
		listed(t, c, -1)
		mustPhoto(t, c, 1)
		s.broken = true
		mustPhoto(t, c, 2) // and so 3 to 6
		time.Sleep(time.Minute)
		if n, s := c.walks.unread.Load(), c.Stats(); n != 0 || s.Ahead == 0 || s.Ahead != s.AheadUsed+s.AheadWasted {
			t.Errorf("%d bytes wait to be read, %+v", n, s)
		}
		if n := c.walks.running.Load(); n != 0 {
			t.Errorf("%d are still on their way", n)
		}
	})
}

// While photos arrive they take part of what the cache may hold.
func TestArrivingPhotosTakeTheirRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &brittle{body: append([]byte(png), make([]byte, 992)...)}
		c := over(t, clientOver(t, wire(s.answer), bigin.Options{}), func(o *Options) { o.Size = 3000 })
		for id := range bigin.RecordID(3) {
			mustPhoto(t, c, id+1)
			synctest.Wait()
		}
		if s := c.Stats(); s.Photos != 3 {
			t.Fatalf("%+v", s)
		}
		s.body = append(s.body, 0)
		s.broken = true
		p := mustPhoto(t, c, 4)
		if s := c.Stats(); s.Bytes+p.Size() > s.Size {
			t.Errorf("one of %d bytes arrives, and %+v", p.Size(), s)
		}
		<-p.Done()
		synctest.Wait()
		s.broken = false
		time.Sleep(failureLife)
		for id := range bigin.RecordID(6) {
			mustPhoto(t, c, id+1)
			synctest.Wait()
		}
		if s := c.Stats(); s.Photos < 2 {
			t.Errorf("what failed keeps its room: %+v", s)
		}
	})
}

// A photo that is on its way when its record is found to have changed may be
// the one before: whoever asks from then on has the next.
func TestPhotoThatArrivesWhileItsRecordChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(1000, 0)
		begun, goOn := make(chan bool, 9), make(chan bool, 9)
		a.onPhoto = func(context.Context, bigin.RecordID) error {
			begun <- true
			<-goOn
			return nil
		}
		c := over(t, a)
		listed(t, c, -1)
		got := make(chan *bigin.Photo, 2)
		time.Sleep(attrTTL - 1)
		ask := func() { got <- mustPhoto(t, c, id(7)) }
		go ask()
		<-begun
		time.Sleep(time.Second)
		a.set(func(a *account) { a.records[7].Modified = time.Now().UTC() })
		listed(t, c, -1)
		go ask()
		synctest.Wait()
		goOn <- true
		synctest.Wait()
		if len(begun) > 0 {
			goOn <- true
		}
		first, second := <-got, <-got
		if first != second {
			t.Error("one of two has the photo of the record before it changed")
		}
		a.wantCalls(t, 2, 0, 5)
		if p := mustPhoto(t, c, id(7)); p != second {
			t.Error("yet another photo")
		}
	})
}

// A tool that only looks at photos that are in memory has none fetched ahead.
func TestLooksFetchNothingAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, c, _ := walked(t, 100, 0)
		for _, i := range []int{10, 30, 11, 31, 12, 50, 13} { // not one after the other, so that little is fetched ahead
			mustPhoto(t, c, id(i))
		}
		time.Sleep(time.Second)
		before := a.calls()[0]
		for range 3 {
			for i := range 20 {
				if e, _, ok := c.photos.get(key(contacts, id(i))); ok && e.photo != mustPhoto(t, c, id(i)) {
					t.Error("another photo")
				}
			}
		}
		time.Sleep(time.Second)
		if got := a.calls()[0] - before; got != 0 {
			t.Errorf("looking at what is there cost %d calls", got)
		}
	})
}
