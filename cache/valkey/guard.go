package valkey

import (
	"bytes"
	"net"
	"strconv"
)

// What a server may announce: more than is ever stored, and less than fills the
// memory.
const (
	maxBulk      = 80 << 20 // bytes of one string
	maxAggregate = 4096     // elements of one answer
	maxLine      = 4096     // bytes of a line; errors are the longest
	maxNested    = 4096     // answers within answers to one request
)

// guard is a connection that fails when the server announces an answer larger than
// any can be. The client would reserve the memory for it, which can kill the
// process.
//
// https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md
type guard struct {
	net.Conn
	line    []byte // of a header, as far as it has come
	payload int64  // bytes of a string that are still to come, with its line end
	nested  int    // answers that hold others, since the last request
	err     error
	closed  func()
}

// Close implements net.Conn.
func (g *guard) Close() error {
	g.closed()
	return g.Conn.Close()
}

// Write implements net.Conn.
func (g *guard) Write(p []byte) (int, error) {
	g.nested = 0
	return g.Conn.Write(p)
}

// Read implements net.Conn.
func (g *guard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.Conn.Read(p)
	if g.err = g.inspect(p[:n]); g.err != nil {
		return 0, g.err
	}
	return n, err
}

// inspect follows the answers in the stream.
func (g *guard) inspect(b []byte) error {
	for len(b) > 0 {
		if g.payload > 0 {
			skip := min(g.payload, int64(len(b)))
			g.payload -= skip
			b = b[skip:]
			continue
		}
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			if g.line = append(g.line, b...); len(g.line) > maxLine {
				return ErrNonsense
			}
			return nil
		}
		g.line = append(g.line, b[:end]...)
		b = b[end+1:]
		if err := g.header(bytes.TrimSuffix(g.line, []byte("\r"))); err != nil {
			return err
		}
		g.line = g.line[:0]
	}
	return nil
}

// header judges the first line of an answer.
func (g *guard) header(line []byte) error {
	if len(line) == 0 || len(line) > maxLine {
		return ErrNonsense
	}
	most := int64(maxAggregate)
	switch line[0] {
	case '$', '=', '!':
		most = maxBulk
	case '*', '%', '~', '>', '|':
		if g.nested++; g.nested > maxNested {
			return ErrNonsense
		}
	case '+', '-', ':', '_', ',', '#', '(':
		return nil
	default:
		return ErrNonsense
	}
	n, err := strconv.ParseInt(string(line[1:]), 10, 64)
	if err != nil || n < -1 || n > most {
		return ErrNonsense
	}
	if most == maxBulk && n >= 0 {
		g.payload = n + 2
	}
	return nil
}
