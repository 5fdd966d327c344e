package cache

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// Removals have a watermark of their own: if Bigin could not say what was removed,
// the next renewal asks again from there, and changes are renewed meanwhile.
const (
	// maxDeletedPages is how many pages of removed records are read. If there are
	// more, or they do not end, the next full listing finds the rest.
	maxDeletedPages = 10

	// refusedFor is how long nobody asks after a refusal: someone may have been
	// given a scope or a permission meanwhile.
	refusedFor = time.Hour
)

// removals adds what was removed since an index was right, and reports whether
// that is all. If not, the next renewal asks again, or after a while if Bigin
// refuses. The only error is that time is up.
func (c *Cache) removals(ctx context.Context, m bigin.Module, whole *snapshot, removed map[bigin.RecordID]bool) (all bool, err error) {
	x := c.index(m)
	x.mu.Lock()
	off := bigin.Elapsed(x.refused) < x.refusedFor
	x.mu.Unlock()
	if off {
		return false, nil
	}
	pause := time.Duration(0)
	switch err = c.deleted(ctx, m, whole.removals.Add(-overlap), removed); {
	case err != nil && ctx.Err() != nil:
		return false, err
	case errors.Is(err, errEndless):
		pause = c.o.FullListing
	case refused(err):
		pause = refusedFor
	}
	x.mu.Lock()
	x.refused, x.refusedFor = time.Now(), pause
	first := err != nil && !x.untold
	x.untold = err != nil
	x.mu.Unlock()
	if first {
		c.o.Log.Warn("Bigin does not tell which records were removed: that shows once it does, or with the next full listing", "module", m, "error", err)
	}
	return err == nil, nil
}

var errEndless = fmt.Errorf("more than %d pages", maxDeletedPages)

// deleted asks what was removed, and takes every row whatever its order.
func (c *Cache) deleted(ctx context.Context, m bigin.Module, since time.Time, removed map[bigin.RecordID]bool) error {
	for n := 1; n <= maxDeletedPages; n++ {
		page, err := c.o.Source.Deleted(ctx, m, n, since)
		if err != nil {
			return err
		}
		before := len(removed)
		for _, row := range page.Rows {
			removed[row.ID] = true
		}
		if !page.More || len(removed) == before { // or the same again and again
			return nil
		}
	}
	return errEndless
}

// refused reports whether Bigin said for certain that it does not tell what was
// removed. Anything else may go better the next time.
func refused(err error) bool {
	var answer *bigin.Error
	return definite(err) || errors.As(err, &answer) &&
		(answer.Status == http.StatusForbidden || answer.Status == http.StatusNotFound || answer.Status == http.StatusMethodNotAllowed)
}
