package bigintest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
)

// deleted answers "Get deleted records".
//
// https://www.bigin.com/developer/docs/apis/v2/get-deleted-records.html
func (c *call) deleted() answer {
	if status := c.b.DeletedRefused; status != 0 {
		return completeRow("", status).answer()
	}
	v := c.r.URL.Query()
	perPage, ok := number(v, "per_page", maxPerPage)
	if !ok || perPage > maxPerPage {
		return badParam("per_page")
	}
	page, ok := number(v, "page", 1)
	if !ok {
		return badParam("page")
	}
	kind := or(v.Get("type"), "all")
	if kind != "all" && kind != "recycle" && kind != "permanent" {
		return badParam("type")
	}

	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	all := c.deletions(kind)
	start := (page - 1) * perPage
	if c.b.DeletedEndless && start >= len(all) && len(all) > 0 {
		start = (len(all) - 1) / perPage * perPage
	}
	if start >= len(all) {
		return noContent()
	}
	end := min(start+perPage, len(all))
	var rows []object
	for _, d := range all[start:end] {
		rows = append(rows, d.row(c.module))
	}
	return reply(http.StatusOK, object{"data": rows, "info": object{
		"per_page": perPage, "count": len(rows), "page": page,
		"more_records": c.b.DeletedEndless || end < len(all),
	}})
}

// deletions returns those of a type, in the order of their list. The caller
// holds s.mu.
func (c *call) deletions(kind string) []*deletion {
	all := slices.Clone(c.s.table(c.module).deleted)
	since, conditional := c.since()
	all = slices.DeleteFunc(all, func(d *deletion) bool {
		return kind != "all" && d.kind() != kind || conditional && !d.at.After(since)
	})
	switch c.b.DeletedOrder {
	case NewestFirst:
		slices.Reverse(all)
	case Unsorted:
		mix := func(d *deletion) uint64 { return uint64(d.id) * 0x9e3779b97f4a7c15 }
		slices.SortStableFunc(all, func(a, b *deletion) int { return cmp.Compare(mix(a), mix(b)) })
	}
	return all
}

func (d *deletion) kind() string {
	if d.permanent {
		return "permanent"
	}
	return "recycle"
}

// row is the deletion as an answer shows it: of a permanent one neither the
// name nor who deleted it.
func (d *deletion) row(module string) object {
	user := object{"name": "Ada Admin", "id": strconv.FormatInt(firstID-1, 10)}
	o := object{
		"id": strconv.FormatInt(d.id, 10), "type": d.kind(), "deleted_time": d.at.In(zone).Format(isoTime),
		"created_by": user, "deleted_by": nil, "display_name": nil,
	}
	if d.rec != nil {
		o["deleted_by"], o["display_name"] = user, d.rec.name(module)
	}
	return o
}
