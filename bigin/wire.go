package bigin

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// newTransport returns a transport for this many calls at once, none of which
// waits longer than the timeout.
func newTransport(concurrency int, timeout time.Duration) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = concurrency // the default keeps two and dials again for all others
	t.ReadBufferSize = 64 << 10         // photos come in larger pieces than the default 4 kB
	t.MaxResponseHeaderBytes = 256 << 10
	// All calls share one HTTP/2 connection. When it falls silent, this replaces
	// it in time for another try.
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: timeout / 6, PingTimeout: timeout / 6}
	return t
}

// wireError says why no answer came, without the URL that net/http puts around
// it. A closed connection is ErrNoAnswer and not io.EOF, which would read as the
// end of an answer.
func wireError(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	if errors.Is(err, io.EOF) {
		return ErrNoAnswer
	}
	return err
}

// openEnded reports whether only the end of the connection marks the end of the
// body. It may just as well be a failure; TLS tells the two apart.
func openEnded(res *http.Response) bool {
	return res.ProtoMajor == 1 && res.ContentLength < 0 && len(res.TransferEncoding) == 0 && res.TLS == nil
}
