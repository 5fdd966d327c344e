package valkey

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/cache"
)

// Server is what a desk shares with others through a Valkey or Redis server. It is
// safe for concurrent use.
type Server struct {
	link  *link
	login *sealer // of what the desks with the same login share
	life  time.Duration
	desk  string // random; names this desk in marks and turns
	marks *marks
	jobs  *jobs
	quota *Quota
	close func() // once

	hits, misses, damaged atomic.Int64
}

var (
	_ cache.Tier  = (*Server)(nil)
	_ cache.Fleet = (*Server)(nil)
)

// Open returns a server that is used as soon as it answers, without waiting for
// that. The caller closes it.
func Open(o Options) (*Server, error) { return open(o, usual) }

func open(o Options, w waits) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	login, err := loginSealer(o.Credentials)
	if err != nil {
		return nil, fmt.Errorf("derive the keys of the shared cache: %w", err)
	}
	client, err := clientSealer(o.Credentials)
	if err != nil {
		return nil, fmt.Errorf("derive the keys of the shared cache: %w", err)
	}
	desk := make([]byte, 8)
	rand.Read(desk) // never fails
	s := &Server{login: login, life: cmp.Or(o.Life, 24*time.Hour), desk: hex.EncodeToString(desk)}
	s.link = newLink(w, o.Address, o.Log, s.changed)
	s.marks = newMarks(s.link, s.desk)
	s.jobs = newJobs(s.link)
	s.quota = newQuota(s.link, client, s.desk, cmp.Or(o.Concurrency, 10))
	s.close = sync.OnceFunc(func() {
		s.jobs.close()
		s.marks.close()
		s.quota.close()
		s.link.close()
	})
	go s.link.watch()
	return s, nil
}

// changed is told when the link goes up or down.
func (s *Server) changed(up bool) {
	if !up {
		s.marks.lost()
	}
	s.quota.changed(up)
}

// Settle waits until it is known whether the server answers, or ctx is done.
func (s *Server) Settle(ctx context.Context) {
	select {
	case <-s.link.first:
	case <-ctx.Done():
	}
}

// Quota returns what shares the calls that Bigin allows among the desks of one
// client.
func (s *Server) Quota() *Quota { return s.quota }

// Close implements cache.Tier. It first writes what is pending, and releases what
// others wait for.
func (s *Server) Close() { s.close() }

// Stats implements cache.Tier. How many photos there are is not known: the server
// also holds what others keep.
func (s *Server) Stats() cache.TierStats {
	st := cache.TierStats{
		Name: "shared", Photos: -1,
		Hits: s.hits.Load(), Misses: s.misses.Load(), Damaged: s.damaged.Load(),
	}
	s.link.mu.Lock()
	defer s.link.mu.Unlock()
	st.Bytes, st.Size = s.link.memory.Used, s.link.memory.Max
	switch {
	case s.link.problem != nil:
		st.Problem = s.link.problem.Error()
	case s.link.client == nil:
		st.Problem = "not connected yet"
	case time.Now().Before(s.link.full):
		st.Problem = ErrFull.Error()
	}
	return st
}
