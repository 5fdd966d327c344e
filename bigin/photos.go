package bigin

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// sniffLen is how much of a body decides whether it is a picture.
const sniffLen = 512

// Photo downloads the photo of a record. It returns as soon as the size is
// known and the first bytes were seen to be a picture; the rest goes on
// arriving after that, until it is complete, ctx is done, or the client is
// closed.
//
// A photo without Content-Length is returned when it is complete. A body that
// is cut is asked for again; a Photo is never shorter than its size.
//
// Errors: ErrNoPhoto, ErrTooLarge, ErrNotImage, a [Code], or what the network
// said.
//
// https://www.bigin.com/developer/docs/apis/v2/download-profile-photo.html
func (c *Client) Photo(ctx context.Context, m Module, id RecordID) (*Photo, error) {
	record := string(m) + "/" + id.String()
	running, end := c.untilClosed(ctx)
	d := &download{max: c.max, ready: make(chan *Photo, 1)}
	over := make(chan error, 1)
	go func() {
		err := guard(c.log, func() error {
			return c.get(running, request{kind: photoCall, op: "photo " + record, path: record + "/photo"}, d.receive)
		})
		end(nil)
		if d.photo != nil {
			d.photo.finish(err)
		}
		over <- err
	}()
	select {
	case p := <-d.ready:
		return p, nil
	case err := <-over:
		if d.photo != nil {
			return d.photo, nil
		}
		return nil, err
	case <-ctx.Done():
		return nil, fmt.Errorf("photo %s: %w", record, context.Cause(ctx))
	}
}

// download makes a Photo out of one or more answers.
type download struct {
	max   int64
	ready chan *Photo // gets the photo once its size is known
	photo *Photo      // nil until then
}

// receive reads one answer. It starts over when it is called again.
func (d *download) receive(a *answer) error {
	if a.status == http.StatusNoContent {
		return ErrNoPhoto
	}
	if a.length > d.max {
		return fmt.Errorf("%d bytes: %w", a.length, ErrTooLarge)
	}
	body := bufio.NewReaderSize(a.body, sniffLen)
	head, err := body.Peek(sniffLen)
	if err != nil && err != io.EOF { //nolint:errorlint // an end that something wraps is none
		return cut(err)
	}
	mime, err := sniff(head)
	if err != nil {
		return err
	}
	if a.length < 0 {
		return d.receiveAll(body, mime)
	}
	if d.photo == nil {
		d.photo = newPhoto(NewBuffer(a.length), mime)
		d.ready <- d.photo
	} else if d.photo.size != a.length {
		return ErrChanged
	}
	return d.photo.receive(body)
}

// receiveAll reads a body whose length only its end tells.
func (d *download) receiveAll(body io.Reader, mime string) error {
	b, err := io.ReadAll(io.LimitReader(body, d.max+1))
	if err != nil {
		return cut(err)
	}
	if int64(len(b)) > d.max {
		return fmt.Errorf("more than %d bytes: %w", d.max, ErrTooLarge)
	}
	if d.photo != nil { // an earlier try told the size
		if d.photo.size != int64(len(b)) {
			return ErrChanged
		}
		return d.photo.receive(bytes.NewReader(b))
	}
	d.photo = newPhoto(NewBuffer(int64(len(b))), mime)
	copy(d.photo.buf, b)
	d.photo.arrived = d.photo.size
	return nil
}
