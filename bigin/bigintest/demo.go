package bigintest

import (
	"embed"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

//go:embed demo
var demoFiles embed.FS

// The time that the demo organisation spans.
var (
	demoBegin = time.Date(2024, 11, 4, 8, 30, 0, 0, time.UTC)
	demoEnd   = time.Date(2026, 11, 6, 17, 45, 0, 0, time.UTC)
)

// entry is a line of a list of names: what its picture shows, and the name.
type entry struct {
	module, kind, first, last string
}

// Demo returns a Server with the demo organisation: some hundred contacts,
// companies and products with names from many languages, about one in five
// without a photo. Everything in it is always the same. The pictures are drawn
// when they are first asked for.
func Demo() *Server {
	s := &Server{title: "Nordlys Trading"}
	s.Behaviour.Scopes = append(slices.Clone(readAll), "ZohoBigin.settings.fields.READ")
	all := demoEntries()
	r := rand.New(rand.NewPCG(2034020000000489033, 1))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	id := int64(firstID)
	for i, e := range all {
		created := demoBegin.Add(demoEnd.Sub(demoBegin) * time.Duration(i) / time.Duration(len(all)))
		rec := Record{
			ID: id, First: e.first, Last: e.last,
			Modified: created.Add(time.Duration(r.Float64() * float64(demoEnd.Sub(created)))),
		}
		f := pick(r, formats)
		if i%83 == 41 {
			f = large
		}
		if r.IntN(5) > 0 {
			rec.Draw = func() []byte { return e.draw(uint64(rec.ID), f) }
		}
		s.Add(e.module, rec)
		s.table(e.module).get(id).created = created
		id += 1000 + int64(r.IntN(20_000))
	}
	return s
}

// draw makes the picture of an entry.
func (e entry) draw(id uint64, f format) []byte {
	r := rand.New(rand.NewPCG(id, 7))
	c := newCanvas(f.side)
	switch e.module {
	case "Contacts":
		portrait(c, r, e.kind == "f")
	case "Accounts":
		logo(c, r, e.last)
	default:
		product(c, r, e.kind)
	}
	return f.encode(c, r)
}

// demoEntries reads the lists of names. A line is the kind, a tab, and the
// name; a "|" stands between the first and the last name.
func demoEntries() []entry {
	var all []entry
	for _, module := range []string{"Contacts", "Accounts", "Products"} {
		list, err := demoFiles.ReadFile("demo/" + strings.ToLower(module) + ".txt")
		if err != nil { // it is embedded
			continue
		}
		for l := range strings.Lines(string(list)) {
			kind, name, _ := strings.Cut(strings.TrimRight(l, "\n"), "\t")
			first, last, found := strings.Cut(name, "|")
			if !found {
				first, last = "", name
			}
			all = append(all, entry{module, kind, first, last})
		}
	}
	return all
}
