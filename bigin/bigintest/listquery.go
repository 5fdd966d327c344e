package bigintest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// listQuery is the parameters of a list.
type listQuery struct {
	fields     []string
	perPage    int
	page       int    // 1-based
	token      string // page_token
	sortBy     string
	desc       bool
	unapproved bool   // wants the records that are not approved: there are none
	bound      string // what a page token is bound to
}

// What "Get records" allows.
const (
	maxFields    = 50
	maxPerPage   = 200
	maxByPage    = 2000 // records that page reaches
	defaultOrder = "desc"
)

func (c *call) parseList() (q listQuery, bad *answer) {
	v := c.r.URL.Query()
	fail := func(a answer) (listQuery, *answer) { return q, &a }

	for f := range strings.SplitSeq(v.Get("fields"), ",") {
		if f = strings.TrimSpace(f); f != "" {
			q.fields = append(q.fields, f)
		}
	}
	switch {
	case q.fields == nil:
		return fail(failure(400, "REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", "param", "fields"))
	case len(q.fields) > maxFields:
		return fail(failure(400, "LIMIT_EXCEEDED", "too many fields", "limit", maxFields, "param", "fields"))
	}

	var ok bool
	if q.perPage, ok = number(v, "per_page", maxPerPage); !ok || q.perPage > maxPerPage {
		return fail(badParam("per_page"))
	}
	if q.page, ok = number(v, "page", 1); !ok {
		return fail(badParam("page"))
	}
	if q.token = v.Get("page_token"); q.token != "" && v.Has("page") {
		return fail(badParam("page_token"))
	}
	if q.page > maxByPage/q.perPage {
		return fail(failure(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
			"page reaches the first 2000 records only; use page_token", "limit", maxByPage))
	}

	q.sortBy = or(v.Get("sort_by"), "id")
	if !slices.Contains([]string{"id", "Created_Time", "Modified_Time"}, q.sortBy) {
		return fail(badParam("sort_by"))
	}
	order := or(v.Get("sort_order"), defaultOrder)
	if q.desc = order == "desc"; !q.desc && order != "asc" {
		return fail(badParam("sort_order"))
	}
	approved := or(v.Get("approved"), "true")
	if q.unapproved = approved == "false"; !q.unapproved && approved != "true" && approved != "both" {
		return fail(badParam("approved"))
	}

	if c.b.SortByIgnored {
		q.sortBy = "id"
	}
	if c.b.SortOrderIgnored {
		q.desc = true
	}

	v.Del("page")
	v.Del("page_token")
	if !c.b.PageTokenUnbound {
		q.bound = c.module + "?" + v.Encode()
	}
	return q, nil
}

// number is a parameter that is a number from 1 on.
func number(v url.Values, name string, fallback int) (n int, ok bool) {
	s := v.Get(name)
	if s == "" {
		return fallback, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1
}

func badParam(name string) answer {
	return failure(400, "INVALID_DATA", "the "+name+" given seems to be invalid", "param_name", name)
}

func (q listQuery) order() string {
	if q.desc {
		return "desc"
	}
	return "asc"
}
