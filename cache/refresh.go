package cache

import (
	"context"
	"errors"
	"fmt"

	"github.com/biginfs/biginfs/bigin"
)

// Refresh renews what is known of all modules now, however fresh it is, and
// forgets what was missing. It returns what changed; a module of which nothing was
// known has no entry. The error names the modules that could not be renewed, and
// the changes are those of the others.
func (c *Cache) Refresh(ctx context.Context) (map[bigin.Module]Change, error) {
	c.missing.clear()
	c.records.clear()
	all := make(map[bigin.Module]Change)
	var errs []error
	for _, m := range bigin.Modules() {
		old, _ := c.index(m).state()
		if old == nil {
			continue
		}
		next, err := c.renewals.do(ctx, "refresh "+string(m), func(ctx context.Context) (*snapshot, error) {
			next, err := c.renewNow(ctx, m, old)
			if errors.Is(err, errListAnew) {
				next, err = c.relist(ctx, m, old)
			}
			return next, err
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("refresh %s: %w", m, err))
			continue
		}
		all[m] = old.differences(next, func(a, b bigin.Record) bool { return a.Name == b.Name && c.index(m).belief.same(a, b) })
	}
	select {
	case <-c.watch.caughtUp(): // whoever looks now is to see it
	case <-ctx.Done():
	}
	return all, errors.Join(errs...)
}
