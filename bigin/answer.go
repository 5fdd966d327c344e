package bigin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	maxJSON      = 4 << 20  // bytes of a listing; 200 records with a few fields are some 100 kB
	maxErrorBody = 64 << 10 // bytes of an error body that are read
)

// answer is a response of the API while its body is being read.
type answer struct {
	status int
	header http.Header
	length int64 // -1 when the server did not say
	body   io.Reader
	sent   time.Time // when the request was sent
}

// date is when the server answered, by its own clock, or zero.
func (a *answer) date() time.Time {
	t, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// json returns the whole body. The error is ErrCutShort when the server closes
// early, and ErrProtocol when the body does not end.
func (a *answer) json() ([]byte, error) {
	b, err := readAll(a.body, maxJSON)
	switch {
	case errors.Is(err, ErrProtocol):
		return nil, err
	case err != nil:
		return nil, cut(err)
	}
	return b, nil
}

// readAll reads r to its end. More than most bytes are ErrProtocol.
func readAll(r io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(b)) > most {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrProtocol, most)
	}
	return b, err
}

// apiError reads an answer that is not a success.
func (a *answer) apiError() *Error {
	b, _ := io.ReadAll(io.LimitReader(a.body, maxErrorBody)) // what arrived is enough
	e := parseError(a.status, b)
	e.RetryAfter = retryAfter(a.header.Get("Retry-After"))
	return e
}

// parseError reads the body of an error answer:
// {"code":"NO_PERMISSION","details":{},"message":"…","status":"error"}. For
// any other body the code follows from the status.
func parseError(status int, body []byte) *Error {
	var in struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	e := &Error{Status: status}
	if json.Unmarshal(body, &in) == nil && in.Code != "" {
		e.Code, e.Message = Code(clip(in.Code, 64)), clip(in.Message, 200)
	} else if status == http.StatusTooManyRequests {
		e.Code = TooManyRequests
	}
	return e
}

// clip shortens and escapes foreign text for a log line.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n] + "…"
	}
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}

// maxRetryAfter is the longest pause that a server may ask for. One answer,
// which may be wrong, must not silence a mount for a day.
const maxRetryAfter = time.Hour

// retryAfter reads the header of that name: seconds or a date.
func retryAfter(v string) time.Duration {
	if s, err := strconv.ParseInt(v, 10, 64); err == nil {
		s = min(max(s, 0), int64(maxRetryAfter/time.Second))
		return time.Duration(s) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return min(max(time.Until(t), 0), maxRetryAfter)
	}
	return 0
}

// cut is the error of a body that ended early.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: %w", ErrCutShort, err)
}
