package bigintest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// pageToken is where a page begins. It names the record before the page and
// not its number, so that records that come and go between two pages shift
// nothing.
type pageToken struct {
	after    place
	position int // records on the pages before
	expiry   time.Time
}

// tokenSize is the length of a page token in bytes; it is sent as 256 hex digits.
const tokenSize = 128

// sealToken writes a token that only the same list can open. There is one user,
// so that the user is not part of it. The caller holds s.mu.
func (s *Server) sealToken(t pageToken, bound string) string {
	b := make([]byte, 0, tokenSize)
	for _, n := range []int64{t.after.time, t.after.id, int64(t.position), t.expiry.Unix()} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	b = b[:tokenSize-sha256.Size]
	_, _ = rand.Read(b[32:]) // never fails
	return hex.EncodeToString(append(b, s.seal(b, bound)...))
}

// openToken reads a token of the same list that has not expired.
func (s *Server) openToken(token, bound string, now time.Time) (t pageToken, ok bool) {
	b, err := hex.DecodeString(token)
	if err != nil || len(b) != tokenSize {
		return t, false
	}
	b, mac := b[:tokenSize-sha256.Size], b[tokenSize-sha256.Size:]
	if !hmac.Equal(mac, s.seal(b, bound)) {
		return t, false
	}
	n := func(i int) int64 { return int64(binary.BigEndian.Uint64(b[8*i:])) }
	t = pageToken{after: place{n(0), n(1)}, position: int(n(2)), expiry: time.Unix(n(3), 0)}
	return t, now.Before(t.expiry)
}

func (s *Server) seal(b []byte, bound string) []byte {
	if s.pageKey == nil {
		s.pageKey = make([]byte, 32)
		_, _ = rand.Read(s.pageKey) // never fails
	}
	mac := hmac.New(sha256.New, s.pageKey)
	mac.Write(b)
	mac.Write([]byte(bound))
	return mac.Sum(nil)
}
