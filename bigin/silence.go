package bigin

import (
	"context"
	"io"
	"time"
)

// silence ends a call when nothing has come for some time. A slow line is not
// silent; a dead one is.
type silence struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	limit  time.Duration
}

// watchSilence starts the watch. Stop it when the call is over.
func watchSilence(ctx context.Context, limit time.Duration) *silence {
	ctx, cancel := context.WithCancelCause(ctx)
	return &silence{ctx, cancel, time.AfterFunc(limit, func() { cancel(ErrSilent) }), limit}
}

func (s *silence) stop() {
	s.timer.Stop()
	s.cancel(nil)
}

// explain returns why the call ended, for the error it ended with.
func (s *silence) explain(err error) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	return err
}

// reader returns r; each byte that comes from it breaks the silence.
func (s *silence) reader(r io.Reader) io.Reader { return &watched{s, r} }

type watched struct {
	watch *silence
	r     io.Reader
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if n > 0 {
		w.watch.timer.Reset(w.watch.limit)
	}
	if err == nil || err == io.EOF {
		return n, err
	}
	return n, w.watch.explain(err)
}
