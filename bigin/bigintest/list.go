package bigintest

import (
	"math"
	"net/http"
	"slices"
	"sort"
	"time"
)

// list answers "Get records".
//
// https://www.bigin.com/developer/docs/apis/v2/get-records.html
func (c *call) list() answer {
	q, bad := c.parseList()
	if bad != nil {
		return *bad
	}
	c.s.mu.Lock()
	a, info, rows := c.page(q)
	if c.fault.Wrong != "" {
		info, rows = c.wrongPage(q, info, rows)
	}
	c.s.mu.Unlock()
	if rows == nil {
		return a
	}
	return reply(http.StatusOK, object{"data": rows, "info": info})
}

// page makes one page of the list, or the answer there is instead of one. The
// caller holds s.mu.
func (c *call) page(q listQuery) (instead answer, info object, rows []object) {
	now := c.s.clock()
	recs := c.s.table(c.module).visible(q.sortBy)
	if since, ok := c.since(); ok {
		recs = slices.DeleteFunc(slices.Clone(recs), func(r *record) bool { return !r.modified.After(since) })
		if len(recs) == 0 {
			return c.notModified(), nil, nil
		}
	}
	if q.unapproved {
		recs = nil
	}

	position := (q.page - 1) * q.perPage
	start := position // counted from the end of recs that the list begins at
	if q.token != "" {
		t, ok := c.s.openToken(q.token, q.bound, now)
		if !ok {
			return badParam("page_token"), nil, nil
		}
		position, start = t.position, rank(recs, q, t.after)
		if position >= c.b.tokenCap() {
			return failure(400, "PAGINATION_LIMIT_EXCEEDED", "page_token does not reach further", "limit", c.b.tokenCap()), nil, nil
		}
	}
	count := min(q.perPage, len(recs)-start)
	if q.token != "" {
		count = min(count, c.b.tokenCap()-position)
	}
	if count <= 0 {
		return noContent(), nil, nil
	}

	at := func(i int) *record {
		if q.desc {
			return recs[len(recs)-1-i]
		}
		return recs[i]
	}
	for i := start; i < start+count; i++ {
		rows = append(rows, at(i).row(c.module, q.fields, c.b.VolatileImage))
	}
	info = object{
		"per_page": q.perPage, "count": count, "page": position/q.perPage + 1,
		"sort_by": q.sortBy, "sort_order": q.order(),
		"more_records":    start+count < len(recs),
		"next_page_token": nil, "previous_page_token": nil, "page_token_expiry": nil,
	}
	if start+count < len(recs) {
		expiry := now.Add(24 * time.Hour)
		info["page_token_expiry"] = expiry.In(zone).Format(isoTime)
		next := pageToken{after: at(start + count - 1).place(q.sortBy), position: position + count, expiry: expiry}
		info["next_page_token"] = c.s.sealToken(next, q.bound)
		if position > 0 {
			previous := pageToken{after: q.beforeAll(), position: max(0, position-q.perPage), expiry: expiry}
			if i := start - q.perPage; i > 0 {
				previous.after = at(i - 1).place(q.sortBy)
			}
			info["previous_page_token"] = c.s.sealToken(previous, q.bound)
		}
	}
	return answer{}, info, rows
}

// rank is how many records stand before the page that begins after a place.
func rank(recs []*record, q listQuery, after place) int {
	if q.desc {
		i := sort.Search(len(recs), func(i int) bool { return recs[i].place(q.sortBy).compare(after) >= 0 })
		return len(recs) - i
	}
	return sort.Search(len(recs), func(i int) bool { return recs[i].place(q.sortBy).compare(after) > 0 })
}

// beforeAll is the place that the first page begins after.
func (q listQuery) beforeAll() place {
	if q.desc {
		return place{math.MaxInt64, math.MaxInt64}
	}
	return place{math.MinInt64, math.MinInt64}
}
