package bigintest

import (
	"math"
	"strconv"
	"time"
)

// Wrong is what is wrong with the pages of a list.
type Wrong string

// What can be wrong. Lists with one of the last four never end.
const (
	WrongOrder   Wrong = "order"          // the last two records of a page are swapped
	WrongTwice   Wrong = "twice"          // the last record of a page comes twice
	WrongTotal   Wrong = "total"          // there is more to come, but no page token
	EndlessSame  Wrong = "endless, same"  // the same page again and again
	EndlessFull  Wrong = "endless, full"  // full pages of invented records, in order
	EndlessShort Wrong = "endless, short" // invented records, one a page
	EndlessEmpty Wrong = "endless, empty" // empty pages
)

// wrongPage makes a page what the fault wants it to be. The caller holds s.mu.
func (c *call) wrongPage(q listQuery, info object, rows []object) (object, []object) {
	if info == nil {
		info = object{"per_page": q.perPage, "page": 1, "sort_by": q.sortBy, "sort_order": q.order(), "previous_page_token": nil}
	}
	n := len(rows)
	switch c.fault.Wrong {
	case WrongOrder:
		if n > 1 {
			rows[n-2], rows[n-1] = rows[n-1], rows[n-2]
		}
		return info, rows
	case WrongTwice:
		if n > 0 {
			rows = append(rows, rows[n-1])
		}
		return info, rows
	case WrongTotal:
		info["more_records"], info["next_page_token"] = true, nil
		return info, rows
	case EndlessFull:
		rows = c.invented(q, q.perPage)
	case EndlessShort:
		rows = c.invented(q, 1)
	case EndlessEmpty:
		rows = []object{}
	}
	expiry := c.s.clock().Add(24 * time.Hour)
	next := pageToken{after: place{0, c.lastID(q) + c.step(q, len(rows))}, expiry: expiry}
	if c.fault.Wrong == EndlessSame {
		next.after = q.beforeAll()
		if t, ok := c.s.openToken(q.token, q.bound, c.s.clock()); ok {
			next.after = t.after
		}
	}
	info["count"], info["more_records"] = len(rows), true
	info["next_page_token"] = c.s.sealToken(next, q.bound)
	info["page_token_expiry"] = expiry.In(zone).Format(isoTime)
	return info, rows
}

// invented returns a page of invented records that follow the one in the page
// token.
func (c *call) invented(q listQuery, n int) []object {
	rows := make([]object, n)
	for i := range rows {
		id := c.lastID(q) + c.step(q, i+1)
		r := &record{id: id, last: "Record " + strconv.FormatInt(id, 10), created: time.Unix(0, 0), modified: time.Unix(0, 0)}
		rows[i] = r.row(c.module, q.fields, false)
	}
	return rows
}

// lastID returns the invented record in the page token. Without one, ascending
// lists begin so low and descending ones so high that they never meet.
func (c *call) lastID(q listQuery) int64 {
	if t, ok := c.s.openToken(q.token, q.bound, c.s.clock()); ok {
		return t.after.id
	}
	if q.desc {
		return math.MaxInt64
	}
	return firstID / 2
}

func (c *call) step(q listQuery, n int) int64 {
	if q.desc {
		return -int64(n)
	}
	return int64(n)
}
