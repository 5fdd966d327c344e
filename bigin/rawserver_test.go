package bigin_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// rawServer answers with bytes, so that it can break any rule of HTTP.
type rawServer struct {
	url   string
	calls atomic.Int32 // requests that were read
	conns atomic.Int32

	mu   sync.Mutex
	open []net.Conn
}

// serveRaw has answer reply to each request of each connection, until it
// returns false: then the connection is closed, unless it took it away.
func serveRaw(t *testing.T, answer func(c net.Conn, call int) (more bool)) *rawServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rawServer{url: "http://" + l.Addr().String()}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.conns.Add(1)
			s.mu.Lock()
			s.open = append(s.open, c)
			s.mu.Unlock()
			all.Go(func() {
				defer c.Close()
				r := bufio.NewReader(c)
				for {
					if _, err := http.ReadRequest(r); err != nil || !answer(c, int(s.calls.Add(1))) {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for _, c := range s.open {
			_ = c.Close()
		}
		s.mu.Unlock()
		all.Wait()
	})
	return s
}

// client is a client of the server, with a token of its own.
func (s *rawServer) client(t *testing.T, o bigin.Options) *bigin.Client {
	t.Helper()
	to := optionsFor(&bigintest.Server{})
	to.APIURL = s.url
	o.Tokens = bigin.NewTokenSource(to)
	c := bigin.New(o)
	t.Cleanup(c.Close)
	return c
}

// reset closes a connection in the way that loses what is under way.
func reset(c net.Conn) {
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}

// response is a whole answer with a length.
func response(status int, body, header string) string {
	return fmt.Sprintf("HTTP/1.1 %d Status\r\n%sContent-Length: %d\r\n\r\n%s", status, header, len(body), body)
}

func gzipped(b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = w.Write(b)
	_ = w.Close()
	return z.Bytes()
}
