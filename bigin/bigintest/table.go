package bigintest

import (
	"cmp"
	"slices"
	"sort"
)

// table is the records of one module. Adding costs next to nothing; an order
// is sorted when it is next asked for, and kept until something changes.
type table struct {
	byID    map[int64]*record
	ids     []*record // ascending by id, but for unsorted
	unsort  bool
	ordered map[string][]*record // by the other keys
	seen    map[string][]*record // what the user may see, by all keys
	deleted []*deletion          // oldest first
}

// get returns a record that the user may see, nil if there is none.
func (t *table) get(id int64) *record {
	if r := t.byID[id]; r != nil && !r.hidden {
		return r
	}
	return nil
}

func (t *table) put(r *record) {
	if t.byID[r.id] != nil {
		t.remove(r.id)
	}
	t.byID[r.id] = r
	if n := len(t.ids); n > 0 && t.ids[n-1].id > r.id {
		t.unsort = true
	}
	t.ids = append(t.ids, r)
	t.changed()
}

func (t *table) remove(id int64) {
	if t.byID[id] == nil {
		return
	}
	recs := t.by("id")
	i := sort.Search(len(recs), func(i int) bool { return recs[i].id >= id })
	t.ids = slices.Delete(recs, i, i+1)
	delete(t.byID, id)
	t.changed()
}

// changed forgets the orders that a change of a record may have upset.
func (t *table) changed() { t.ordered, t.seen = nil, nil }

// by returns the records ascending by a key, which the caller must not change.
func (t *table) by(key string) []*record {
	if t.unsort {
		slices.SortFunc(t.ids, func(a, b *record) int { return cmp.Compare(a.id, b.id) })
		t.unsort = false
	}
	if key == "id" {
		return t.ids
	}
	if recs, ok := t.ordered[key]; ok {
		return recs
	}
	recs := slices.Clone(t.ids)
	slices.SortFunc(recs, func(a, b *record) int { return a.place(key).compare(b.place(key)) })
	if t.ordered == nil {
		t.ordered = map[string][]*record{}
	}
	t.ordered[key] = recs
	return recs
}

// visible is by without the records that the user may not see.
func (t *table) visible(key string) []*record {
	recs := t.by(key)
	if seen, ok := t.seen[key]; ok {
		return seen
	}
	if slices.ContainsFunc(recs, (*record).isHidden) {
		recs = slices.DeleteFunc(slices.Clone(recs), (*record).isHidden)
	}
	if t.seen == nil {
		t.seen = map[string][]*record{}
	}
	t.seen[key] = recs
	return recs
}

func (r *record) isHidden() bool { return r.hidden }

// place is where a record stands in an order.
type place struct{ time, id int64 }

func (r *record) place(key string) place {
	switch key {
	case "Modified_Time":
		return place{r.modified.Unix(), r.id}
	case "Created_Time":
		return place{r.created.Unix(), r.id}
	}
	return place{0, r.id}
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.time, q.time), cmp.Compare(p.id, q.id))
}
