package valkey

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"github.com/biginfs/biginfs/bigin"
	vk "github.com/valkey-io/valkey-go"
)

// Each record has one entry, for the version of its photo that was kept last:
//
//	8 bytes that stand for the version, and tell nothing without the key
//	sealed: when it was downloaded, in nanoseconds since 1970 (8 bytes), and the photo
const (
	tagLen   = 8
	maxPhoto = 4 << 20 // bytes; a larger one takes longer than readers wait
)

// Photo implements cache.Tier.
func (s *Server) Photo(ctx context.Context, m bigin.Module, r bigin.Record) ([]byte, time.Time, bool) {
	b, fetched, ok := s.photo(ctx, m, r)
	if ok {
		s.hits.Add(1)
	} else {
		s.misses.Add(1)
	}
	return b, fetched, ok
}

func (s *Server) photo(ctx context.Context, m bigin.Module, r bigin.Record) (b []byte, fetched time.Time, ok bool) {
	name := s.photoName(m, r.ID)
	entry, err := s.link.read(ctx, func(ctx context.Context, c vk.Client) ([]byte, error) {
		return c.Do(ctx, c.B().Get().Key(name).Build()).AsBytes()
	})
	if err != nil {
		return nil, time.Time{}, false
	}
	version := photoVersion(r)
	if len(entry) >= tagLen && !bytes.Equal(entry[:tagLen], s.tag(name, version)) {
		return nil, time.Time{}, false // another version
	}
	text, err := s.login.open(name, version, entry[min(tagLen, len(entry)):])
	if err != nil || len(text) < 8 {
		s.damaged.Add(1)
		return nil, time.Time{}, false
	}
	fetched, b = dated(text)
	return b, fetched, true
}

// Keep implements cache.Tier.
func (s *Server) Keep(m bigin.Module, r bigin.Record, b []byte, fetched time.Time) {
	name := s.photoName(m, r.ID)
	if len(b) > maxPhoto || s.link.isDown() || s.link.isFull() {
		return
	}
	release := s.marks.handOver(s.markName(m, r.ID))
	s.jobs.add(job{size: int64(len(b)), done: release, ask: func(ctx context.Context, c vk.Client) error {
		version := photoVersion(r)
		entry := append(s.tag(name, version), s.login.seal(name, version, withDate(b, fetched))...)
		return c.Do(ctx, c.B().Set().Key(name).Value(vk.BinaryString(entry)).Px(s.life).Build()).Error()
	}})
}

// Forget implements cache.Tier.
func (s *Server) Forget(m bigin.Module, id bigin.RecordID) {
	s.jobs.add(job{ask: func(ctx context.Context, c vk.Client) error {
		return c.Do(ctx, c.B().Unlink().Key(s.photoName(m, id)).Build()).Error()
	}})
}

// BeginPhoto implements cache.Fleet.
func (s *Server) BeginPhoto(ctx context.Context, m bigin.Module, r bigin.Record) (b []byte, fetched time.Time, done func()) {
	done = s.marks.begin(ctx, s.markName(m, r.ID), s.photoName(m, r.ID), func() (found bool) {
		b, fetched, found = s.photo(ctx, m, r)
		return found
	})
	if b != nil {
		s.hits.Add(1)
	}
	return b, fetched, done
}

func (s *Server) photoName(m bigin.Module, id bigin.RecordID) string {
	return s.login.name("photo", string(m), id.String())
}

func (s *Server) markName(m bigin.Module, id bigin.RecordID) string {
	return s.login.name("mark of photo", string(m), id.String())
}

// tag stands for a version in clear.
func (s *Server) tag(name, version string) []byte {
	return s.login.mac("version", name, version)[:tagLen]
}

// photoVersion is the version of a record's photo.
func photoVersion(r bigin.Record) string {
	return strconv.FormatUint(r.Image, 16) + " " + strconv.FormatInt(r.Modified.UnixNano(), 10)
}
