package bigin_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

const onePage = `{"data":[{"id":"7","Full_Name":"G","Modified_Time":"2026-10-09T22:12:58+03:00"}],"info":{"more_records":false}}`

// calls are all there are.
var calls = map[string]func(*testing.T, *bigin.Client) (found int, err error){
	"records": func(t *testing.T, c *bigin.Client) (int, error) {
		p, err := c.Records(t.Context(), bigin.Contacts, "")
		return len(p.Records) + len(p.Next), err
	},
	"records from the end": func(t *testing.T, c *bigin.Client) (int, error) {
		p, err := c.RecordsFromEnd(t.Context(), bigin.Contacts, "token")
		return len(p.Records) + len(p.Next), err
	},
	"changes": func(t *testing.T, c *bigin.Client) (int, error) {
		p, err := c.Changes(t.Context(), bigin.Contacts, "")
		return len(p.Records) + len(p.Next), err
	},
	"deleted": func(t *testing.T, c *bigin.Client) (int, error) {
		d, err := c.Deleted(t.Context(), bigin.Contacts, 1, time.Now())
		return len(d.Rows), err
	},
	"record": func(t *testing.T, c *bigin.Client) (int, error) {
		r, err := c.Record(t.Context(), bigin.Contacts, 7)
		return int(r.ID), err
	},
	"photo": func(t *testing.T, c *bigin.Client) (int, error) {
		p, err := c.Photo(t.Context(), bigin.Contacts, 7)
		if err != nil {
			return 0, err
		}
		b, err := p.Bytes(t.Context(), 0, int(p.Size()))
		return len(b), err
	},
}

// However a connection breaks, that is an error, and never the end of something:
// io.EOF would be taken for the end of a directory.
func TestBrokenAnswers(t *testing.T) {
	page := response(200, onePage, "")
	zipped := response(200, string(gzipped([]byte(onePage))), "Content-Encoding: gzip\r\n")
	broken := map[string]struct {
		sends string
		reset bool
		want  error // of a listing
	}{
		"closed without an answer":    {"", false, bigin.ErrNoAnswer},
		"reset without an answer":     {"", true, nil},
		"closed in the status":        {page[:9], false, nil},
		"closed in the headers":       {page[:30], false, nil},
		"reset in the headers":        {page[:30], true, nil},
		"closed after the headers":    {strings.TrimSuffix(page, onePage), false, bigin.ErrCutShort},
		"closed in the JSON":          {page[:len(page)-30], false, bigin.ErrCutShort},
		"reset in the JSON":           {page[:len(page)-30], true, bigin.ErrCutShort},
		"closed in the last byte":     {page[:len(page)-1], false, bigin.ErrCutShort},
		"closed in the gzip":          {zipped[:len(zipped)-20], false, bigin.ErrCutShort},
		"closed in the gzip's header": {zipped[:strings.Index(zipped, "\x1f\x8b")+4], false, bigin.ErrCutShort},
		"closed in a chunk":           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + onePage, false, bigin.ErrCutShort},
		"closed between chunks":       {fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(onePage), onePage), false, bigin.ErrCutShort},
		"closed without a length":     {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + onePage[:60], false, bigin.ErrProtocol},
		"a picture without a length":  {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + string(picture(600, 0)), false, bigin.ErrProtocol},
		"empty gzip":                  {response(200, "", "Content-Encoding: gzip\r\n"), false, bigin.ErrProtocol},
		"no gzip":                     {response(200, onePage, "Content-Encoding: gzip\r\n"), false, bigin.ErrCutShort},
		"not HTTP":                    {"SSH-2.0-OpenSSH_9.2\r\n", false, nil},
		"a length that is none":       {"HTTP/1.1 200 OK\r\nContent-Length: 12, 13\r\n\r\n" + onePage, false, nil},
	}
	var all sync.WaitGroup
	defer all.Wait()
	for name, b := range broken {
		for kind, call := range calls {
			s := serveRaw(t, func(c net.Conn, _ int) bool {
				_, _ = io.WriteString(c, b.sends)
				if b.reset {
					time.Sleep(time.Millisecond) // what was sent arrives before
					reset(c)
				}
				return false
			})
			client := s.client(t, bigin.Options{})
			all.Go(func() {
				found, err := call(t, client)
				if err == nil || found > 0 || errors.Is(err, io.EOF) {
					t.Errorf("%s, %s: found %d, %v", name, kind, found, err)
				}
				if kind != "photo" && b.want != nil && !errors.Is(err, b.want) {
					t.Errorf("%s, %s: %v, want %v", name, kind, err, b.want)
				}
				if n := s.calls.Load(); n > 5 {
					t.Errorf("%s, %s: %d calls", name, kind, n)
				}
			})
		}
	}
}

// Answers that came whole and are not what was asked for.
func TestStrangeAnswers(t *testing.T) {
	for name, c := range map[string]struct{ body, header string }{
		"HTML":                {"<html><body>Sign in</body></html>", "Content-Type: text/html\r\n"},
		"HTML called JSON":    {"<html><body>Sign in</body></html>", "Content-Type: application/json\r\n"},
		"nothing":             {"", ""},
		"no data":             {`{"info":{"more_records":false}}`, ""},
		"data that is null":   {`{"data":null,"info":{"more_records":false}}`, ""},
		"an object as data":   {`{"data":{},"info":{"more_records":false}}`, ""},
		"a list":              {`[{"id":"7"}]`, ""},
		"cut":                 {onePage[:len(onePage)-1], ""},
		"garbage behind":      {onePage + "x", ""},
		"another one behind":  {onePage + onePage, ""},
		"an error with a 200": {`{"code":"INTERNAL_ERROR","details":{},"message":"Internal Server Error","status":"error"}`, ""},
		"a number as id":      {`{"data":[{"id":7}],"info":{"more_records":false}}`, ""},
	} {
		for kind, call := range calls {
			s := serveRaw(t, func(conn net.Conn, _ int) bool {
				_, err := io.WriteString(conn, response(200, c.body, c.header))
				return err == nil
			})
			found, err := call(t, s.client(t, bigin.Options{}))
			want := bigin.ErrProtocol
			if kind == "photo" {
				want = bigin.ErrNotImage
			}
			if found > 0 || !errors.Is(err, want) || s.calls.Load() != 1 {
				t.Errorf("%s, %s: found %d, %v after %d calls", name, kind, found, err, s.calls.Load())
			}
		}
	}
}

// A listing must say whether it goes on: one that was cut by someone on the way
// may be JSON all the same.
func TestListingThatDoesNotSayWhetherItGoesOn(t *testing.T) {
	for _, info := range []string{``, `,"info":null`, `,"info":{}`, `,"info":{"more_records":null}`} {
		for _, kind := range []string{"records", "records from the end", "changes", "deleted"} {
			body := strings.Split(onePage, `,"info"`)[0] + info + "}"
			c := clientOver(t, play(ok([]byte(body))), bigin.Options{})
			if found, err := calls[kind](t, c); found > 0 || !errors.Is(err, bigin.ErrProtocol) {
				t.Errorf("%s, %s: found %d, %v", info, kind, found, err)
			}
		}
	}
}

// A body without end is not read to its end, and not cut to look like one that
// ended either.
func TestEndlessBodies(t *testing.T) {
	row := []byte(`{"id":"7","Full_Name":"` + strings.Repeat("x", 100_000) + `"},`)
	all := append([]byte(`{"data":[`), make([]byte, 0, 200*len(row))...)
	for range 200 {
		all = append(all, row...)
	}
	bomb := string(gzipped(all)) // 20 MB
	for name, answer := range map[string]func(net.Conn) bool{
		"plain": func(c net.Conn) bool {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			for {
				if _, err := fmt.Fprintf(c, "%x\r\n%s\r\n", len(row), row); err != nil {
					return false
				}
			}
		},
		"gzip": func(c net.Conn) bool {
			_, err := io.WriteString(c, response(200, bomb, "Content-Encoding: gzip\r\n"))
			return err == nil
		},
	} {
		for _, kind := range []string{"records", "deleted"} {
			call := calls[kind]
			s := serveRaw(t, func(c net.Conn, _ int) bool { return answer(c) })
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			found, err := call(t, s.client(t, bigin.Options{}))
			runtime.ReadMemStats(&after)
			if found > 0 || !errors.Is(err, bigin.ErrProtocol) || !strings.Contains(err.Error(), "more than") || s.calls.Load() != 1 {
				t.Errorf("%s, %s: found %d, %v after %d calls", name, kind, found, err, s.calls.Load())
			}
			if spent := after.TotalAlloc - before.TotalAlloc; spent > 200<<20 {
				t.Errorf("%s, %s: %d MB", name, kind, spent>>20)
			}
		}
	}
}

// A call is over within its time, whatever keeps it.
func TestCallsEndInTime(t *testing.T) {
	var all sync.WaitGroup
	defer all.Wait()
	for name, answer := range map[string]func(net.Conn) bool{
		"a byte now and then": func(c net.Conn) bool {
			_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			for ; err == nil; time.Sleep(20 * time.Millisecond) {
				_, err = io.WriteString(c, "1\r\n \r\n")
			}
			return false
		},
		"headers without end": func(c net.Conn) bool {
			_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for ; err == nil; time.Sleep(20 * time.Millisecond) {
				_, err = io.WriteString(c, "X: x\r\n")
			}
			return false
		},
		"silence": func(c net.Conn) bool {
			_, _ = c.Read(make([]byte, 1))
			return false
		},
		"an error without end": func(c net.Conn) bool {
			_, err := io.WriteString(c, "HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n")
			for ; err == nil; time.Sleep(20 * time.Millisecond) {
				_, err = io.WriteString(c, "1\r\n \r\n")
			}
			return false
		},
	} {
		for kind, call := range calls {
			if kind == "photo" { // has no end of its own
				continue
			}
			s := serveRaw(t, func(c net.Conn, _ int) bool { return answer(c) })
			client := s.client(t, bigin.Options{Timeout: time.Second})
			all.Go(func() {
				begun := time.Now()
				_, err := call(t, client)
				if spent := time.Since(begun); err == nil || spent > 1500*time.Millisecond {
					t.Errorf("%s, %s: %v after %v", name, kind, err, spent)
				}
				if n := s.calls.Load(); n > 5 {
					t.Errorf("%s, %s: %d calls", name, kind, n)
				}
			})
		}
	}
}
