package bigintest

import (
	"net"
	"net/http"
	"strconv"
)

// End is how a connection is cut.
type End string

// The ends of a connection. An HTTP/2 connection carries many requests, and FIN
// and RST end them all. Without an [Endpoint], HTTP/2 only has StreamEnd.
const (
	FIN       End = ""       // closed in the ordinary way
	RST       End = "RST"    // reset: what the client has not read yet may be lost
	StreamEnd End = "stream" // in HTTP/2 only this request ends, by RST_STREAM; in HTTP/1 it is FIN
)

// hangUp cuts the connection as the fault wants it.
func (c *call) hangUp() {
	if c.fault.By == StreamEnd && c.r.ProtoMajor == 2 {
		abort()
	}
	c.cut(c.conn())
}

// cutHeaders sends the beginning of an answer's headers, then hangs up.
func (c *call) cutHeaders() {
	conn := c.conn()
	if conn != nil {
		begin := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/j")
		if c.r.ProtoMajor == 2 { // HEADERS of 64 bytes on stream 1, RFC 9113 section 4.1
			begin = []byte{0, 0, 64, 1, 4, 0, 0, 0, 1, 0x88}
		}
		_, _ = conn.Write(begin) // it ends anyway
	}
	c.cut(conn)
}

func (c *call) cut(conn net.Conn) {
	if conn == nil {
		abort()
	}
	if c.fault.By == RST {
		if l, ok := rawConn(conn).(interface{ SetLinger(int) error }); ok {
			_ = l.SetLinger(0)
		}
		_ = rawConn(conn).Close()
	}
	_ = conn.Close()
	abort()
}

// conn is the connection that the request came over, nil if it can't be had:
// HTTP/2 without an Endpoint.
func (c *call) conn() net.Conn {
	if conn, ok := c.r.Context().Value(connKey{}).(net.Conn); ok {
		return conn
	}
	conn, rest, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		return nil
	}
	_ = rest.Flush() // what was answered so far
	return conn
}

// rawConn is the connection below TLS and below our own layer.
func rawConn(conn net.Conn) net.Conn {
	for {
		layer, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return conn
		}
		conn = layer.NetConn()
	}
}

// silence makes the connection go dead: whatever is written from now on is lost.
func (c *call) silence() {
	conn, _ := c.r.Context().Value(connKey{}).(net.Conn)
	for conn != nil {
		if m, ok := conn.(*muteConn); ok {
			m.muted.Store(true)
			return
		}
		layer, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return
		}
		conn = layer.NetConn()
	}
}

// elsewhere redirects to the same path with a query that was not asked for yet.
func (c *call) elsewhere() answer {
	u := *c.r.URL
	q := u.Query()
	n, _ := strconv.Atoi(q.Get("hop")) // 0 at first
	q.Set("hop", strconv.Itoa(n+1))
	u.RawQuery = q.Encode()
	return answer{status: http.StatusFound, location: u.RequestURI()}
}
