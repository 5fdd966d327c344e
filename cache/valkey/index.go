package valkey

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/biginfs/biginfs/bigin"
	vk "github.com/valkey-io/valkey-go"
)

// The index of a module is two entries: its date and length, so that nobody fetches
// an index no newer than the one they have, and the index itself, dated again.
const (
	maxIndex  = 16 << 20 // bytes; with a larger one, fetching the changes is cheaper
	indexRate = 10 << 20 // bytes a second that any line is assumed to carry
)

// BeginIndex implements cache.Fleet.
func (s *Server) BeginIndex(ctx context.Context, m bigin.Module, after time.Time) (b []byte, asOf time.Time, done func()) {
	look := func() (found bool) {
		b, asOf, found = s.index(ctx, m, after)
		return found
	}
	if look() {
		return b, asOf, nil
	}
	done = s.marks.begin(ctx, s.login.name("mark of index", string(m)), s.login.name("date of index", string(m)), look)
	return b, asOf, done
}

// index returns the index on the server if it is newer than after.
func (s *Server) index(ctx context.Context, m bigin.Module, after time.Time) (b []byte, asOf time.Time, ok bool) {
	date := s.login.name("date of index", string(m))
	head, ok := s.entry(ctx, date, s.link.look)
	if !ok || len(head) != 16 {
		return nil, time.Time{}, false
	}
	if asOf, _ := dated(head); !asOf.After(after) {
		return nil, time.Time{}, false
	}
	size := binary.BigEndian.Uint64(head[8:])
	wait := s.link.look + time.Duration(min(size, maxIndex))*time.Second/indexRate
	ctx, cancel := context.WithTimeout(ctx, wait) // a slow line is no fault of the server's
	defer cancel()
	text, ok := s.entry(ctx, s.login.name("index", string(m)), 2*wait)
	if !ok || len(text) < 8 {
		return nil, time.Time{}, false
	}
	asOf, b = dated(text)
	return b, asOf, asOf.After(after)
}

// entry returns the text of an entry.
func (s *Server) entry(ctx context.Context, name string, wait time.Duration) ([]byte, bool) {
	var sealed []byte
	err := s.link.do(ctx, wait, func(ctx context.Context, c vk.Client) (err error) {
		sealed, err = c.Do(ctx, c.B().Get().Key(name).Build()).AsBytes()
		return err
	})
	if err != nil {
		return nil, false
	}
	text, err := s.login.open(name, "", sealed)
	if err != nil {
		s.damaged.Add(1)
	}
	return text, err == nil
}

// KeepIndex implements cache.Fleet.
func (s *Server) KeepIndex(m bigin.Module, b []byte, asOf time.Time) {
	if len(b) > maxIndex || s.link.isDown() || s.link.isFull() {
		return
	}
	release := s.marks.handOver(s.login.name("mark of index", string(m)))
	s.jobs.add(job{size: int64(len(b)), done: release, ask: func(ctx context.Context, c vk.Client) error {
		index, date := s.login.name("index", string(m)), s.login.name("date of index", string(m))
		head := binary.BigEndian.AppendUint64(withDate(nil, asOf), uint64(len(b)))
		for _, r := range c.DoMulti(ctx,
			c.B().Set().Key(index).Value(vk.BinaryString(s.login.seal(index, "", withDate(b, asOf)))).Px(s.life).Build(),
			c.B().Set().Key(date).Value(vk.BinaryString(s.login.seal(date, "", head))).Px(s.life).Build(),
		) {
			if err := r.Error(); err != nil {
				return err
			}
		}
		return nil
	}})
}

// withDate puts a date before b, in nanoseconds since 1970.
func withDate(b []byte, t time.Time) []byte {
	return append(binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(b)), uint64(t.UnixNano())), b...)
}

// dated takes apart what withDate made.
func dated(text []byte) (time.Time, []byte) {
	return time.Unix(0, int64(binary.BigEndian.Uint64(text))), text[8:]
}
