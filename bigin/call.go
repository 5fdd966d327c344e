package bigin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// request is one GET of the API.
type request struct {
	kind  callKind
	op    string // for errors: "photo Contacts/123"
	path  string // below /bigin/v2/
	query url.Values
	since time.Time // sent as If-Modified-Since unless zero
}

// get makes the call and hands the answer to use, again and again while that can
// help, so use must be able to start over. All but a photo, which may arrive for
// as long as someone waits for it, ends within the client's timeout. The error
// names the operation.
func (c *Client) get(ctx context.Context, r request, use func(*answer) error) error {
	if r.kind != photoCall {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	b := &budget{count: func() { c.calls.add(r.kind); c.limit.began() }}
	ctx = context.WithValue(ctx, budgetKey{}, b)
	deadline := c.lastTurn(ctx)
	var last error // what the network or Bigin did, rather than that the time was up
	err := retry(ctx, func() (err error, again bool) {
		for {
			err := c.attempt(ctx, r, deadline, use)
			switch {
			case ctx.Err() != nil:
				return err, false
			case !errors.Is(err, errSpent):
				last = err
			case last != nil:
				err = last
			}
			if b.over() || !errors.Is(err, TooManyRequests) || !c.limit.resumesBefore(deadline) {
				return err, !b.over() && passing(err)
			}
		}
	})
	if err == nil {
		return nil
	}
	if last != nil && !errors.Is(err, last) {
		return fmt.Errorf("%s: %w; before that: %v", r.op, err, last) //nolint:errorlint // how it ended decides, not what came before
	}
	return fmt.Errorf("%s: %w", r.op, err)
}

// lastTurn is the time by which a call must have begun. The rest of the timeout
// is for saying why it did not, rather than for being cut off.
func (c *Client) lastTurn(ctx context.Context) time.Time {
	wait := c.timeout
	if d, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(d))
	}
	return time.Now().Add(wait * 4 / 5)
}

// attempt makes the call once, within the limits of the account.
func (c *Client) attempt(ctx context.Context, r request, deadline time.Time, use func(*answer) error) error {
	if err := c.limit.acquire(ctx, deadline); err != nil {
		return err
	}
	defer c.limit.release()
	base, err := c.tokens.baseURL(ctx)
	if err != nil {
		return err
	}
	watch := watchSilence(ctx, c.timeout/2)
	defer watch.stop()
	req, err := r.http(watch.ctx, base)
	if err != nil {
		return err
	}
	sent := time.Now()
	res, err := c.http.Do(req)
	if err != nil {
		return watch.explain(wireError(err))
	}
	defer res.Body.Close()
	if openEnded(res) && r.kind == photoCall {
		return fmt.Errorf("%w: nothing says where its body ends", ErrProtocol)
	}
	c.limit.noteCredits(res.Header, sent)
	a := &answer{status: res.StatusCode, header: res.Header, length: res.ContentLength, body: watch.reader(res.Body), sent: sent}
	if a.status == http.StatusOK || a.status == http.StatusNoContent || a.status == http.StatusNotModified && !r.since.IsZero() {
		c.limit.succeeded()
		return use(a)
	}
	apiErr := a.apiError()
	if errors.Is(apiErr, TooManyRequests) {
		c.limit.throttled(apiErr.RetryAfter)
	}
	return apiErr
}

// http makes the request of an attempt.
func (r request) http(ctx context.Context, base string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/bigin/v2/"+r.path, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProtocol, wireError(err))
	}
	req.URL.RawQuery = r.query.Encode()
	if r.kind == photoCall {
		req.Header.Set("Accept-Encoding", "identity") // else the size is lost
	}
	if !r.since.IsZero() {
		req.Header.Set("If-Modified-Since", r.since.Format(time.RFC3339))
	}
	return req, nil
}
