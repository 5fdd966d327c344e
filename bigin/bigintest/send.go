package bigintest

import (
	"bytes"
	"compress/gzip"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// send writes the answer as the Behaviour and the Fault want it.
func (c *call) send(a answer) {
	w, f := c.w, &c.fault
	c.note(a.status)
	body := a.body
	c.header(w.Header(), a)
	if f.Inflate > 0 {
		c.sendInflated(a)
		return
	}
	if f.Length > 0 {
		w.Header().Set("Content-Length", strconv.FormatInt(f.Length, 10))
		body = body[:min(int64(len(body)), f.Length)]
	}
	if len(body) == 0 && f.Length == 0 && !f.CutBody {
		c.end(true)
		w.WriteHeader(a.status)
		return
	}
	w.WriteHeader(a.status)
	if a.photo && c.b.Chunked || f.CutBody {
		flush(w) // else a short body would get a Content-Length after all
	}
	rate := f.Rate
	if a.photo && rate == 0 {
		rate = c.b.Bandwidth
	}
	switch {
	case f.CutBody:
		c.hangUp()
	case f.CutAfter > 0:
		c.write(w, body[:min(f.CutAfter, len(body))], rate)
		flush(w)
		c.hangUp()
	case f.StallAfter > 0:
		c.write(w, body[:min(f.StallAfter, len(body))], rate)
		flush(w)
		c.stall()
	case f.Length > int64(len(body)):
		c.write(w, body, rate)
		flush(w)
		c.hangUp()
	}
	last := len(body) - 1
	if !c.write(w, body[:last], rate) {
		return
	}
	c.end(true)
	if _, err := w.Write(body[last:]); err != nil {
		c.s.mu.Lock()
		c.entry.Done = false
		c.s.mu.Unlock()
	}
}

// packedSize is how many spaces are packed once and sent as often as needed, which
// costs the machine of the test nothing.
const packedSize = 1 << 20

var packedSpaces = sync.OnceValue(func() []byte { return packed(bytes.Repeat([]byte(" "), packedSize)) })

// packed returns a whole gzip stream. Several in a row are one too.
func packed(p []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is valid
	_, _ = z.Write(p)                               // a Buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// sendInflated sends the answer with spaces before its body, all of it by gzip.
func (c *call) sendInflated(a answer) {
	h := c.w.Header()
	h.Del("Content-Length")
	h.Set("Content-Encoding", "gzip")
	c.w.WriteHeader(a.status)
	left := c.fault.Inflate
	for ; left >= packedSize; left -= packedSize {
		if _, err := c.w.Write(packedSpaces()); err != nil {
			return
		}
	}
	c.end(true)
	last := append(bytes.Repeat([]byte(" "), int(left)), a.body...)
	_, _ = c.w.Write(packed(last)) // the client is gone, or has all of it
}

// note puts the status into the log, before the client can know of it.
func (c *call) note(status int) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.entry.Status = status
	if status == http.StatusTooManyRequests {
		c.s.log.refused++
	}
}

func (c *call) header(h http.Header, a answer) {
	h.Set("Cache-Control", or(c.b.CacheControl, "no-store, no-cache, must-revalidate, private"))
	if c.b.NoDate {
		h["Date"] = nil // keeps net/http from sending its own
	} else {
		c.s.mu.Lock()
		h.Set("Date", c.s.clock().UTC().Format(http.TimeFormat))
		c.s.mu.Unlock()
	}
	for name, v := range map[string]string{
		"Content-Type":            a.contentType,
		"Content-Disposition":     a.disposition,
		"Location":                a.location,
		"ETag":                    a.etag,
		"Last-Modified":           a.lastModified,
		"X-API-CREDITS-REMAINING": c.credits,
	} {
		if v != "" {
			h.Set(name, v)
		}
	}
	if d := max(a.retryAfter, c.fault.RetryAfter); d > 0 {
		h.Set("Retry-After", strconv.Itoa(int((d+time.Second-1)/time.Second)))
	}
	if c.fault.Undelimited && c.r.ProtoMajor == 1 {
		h.Set("Transfer-Encoding", "identity") // which net/http takes for this
	} else if a.status != http.StatusNoContent && a.status != http.StatusNotModified && !(a.photo && c.b.Chunked) {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	maps.Copy(h, c.fault.Header)
}

// write sends p at rate bytes a second, 0 being at once. It reports whether the
// client took all of it.
func (c *call) write(w http.ResponseWriter, p []byte, rate int) bool {
	if rate <= 0 {
		_, err := w.Write(p)
		return err == nil
	}
	start, sent := time.Now(), 0
	for piece := max(1, rate/50); len(p) > 0; {
		n := min(piece, len(p))
		due := start.Add(time.Duration(float64(sent+n) / float64(rate) * float64(time.Second)))
		c.wait(time.Until(due), nil)
		if _, err := w.Write(p[:n]); err != nil {
			return false
		}
		flush(w)
		p, sent = p[n:], sent+n
	}
	return true
}

// wait lets the time pass, or less when early is closed. The call ends when the
// client goes away.
func (c *call) wait(d time.Duration, early <-chan struct{}) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-early:
	case <-c.r.Context().Done():
		abort()
	}
}

// stall never goes on: it ends the call when the client goes away or the
// faults are cleared.
func (c *call) stall() {
	select {
	case <-c.release:
	case <-c.r.Context().Done():
	}
	abort()
}

// abort closes the connection, in the way that net/http provides for.
func abort() { panic(http.ErrAbortHandler) }

func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }
