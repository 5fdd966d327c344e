package probe

import (
	"context"
	"net/http"
	"sync"
)

// many makes calls at once, to see how many Bigin takes and whether two lists
// give a photo the same name. It comes last: once a limit is met, it may last.
func (p *probe) many(ctx context.Context) {
	a := &p.report.Answers
	results := make([]*result, p.burst)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			results[i] = p.call(ctx, call{ask: "list, several at once", path: string(p.module), query: first()})
		})
	}
	all.Wait()
	for _, res := range results {
		switch res.status {
		case http.StatusOK, http.StatusNoContent:
			a.AtOnce++
		case http.StatusTooManyRequests:
			a.Limited = Yes
			a.RetryAfter = No
			if s := res.header.Get("Retry-After"); s != "" {
				a.RetryAfter = number(s)
			}
		}
		p.compareImages(res.records())
	}
	if a.Limited == Unknown && a.AtOnce == p.burst && p.burst > 0 {
		a.Limited = No
	}
	p.report.noteAll(results)
}

// compareImages compares the photos that a list names with those of the first.
func (p *probe) compareImages(rows []record) {
	a := &p.report.Answers
	for _, r := range rows {
		if was, ok := p.image[r.text]; ok && was != "" && r.image != "" {
			if was != r.image {
				a.ImageInList = Differs
				return
			}
			if a.ImageInList == Unknown {
				a.ImageInList = Same
			}
		}
	}
}
