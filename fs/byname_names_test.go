package fs

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// org is an organisation that changes while its links are looked at, and what
// must hold of them.
type org struct {
	t       *testing.T
	names   linkNames
	now     time.Time
	records []bigin.Record            // ascending by id
	given   map[bigin.RecordID]string // the link of each, since its last renaming
	old     []orgListing              // those that someone still has open
	next    bigin.RecordID
	listed  time.Time // the start of the last whole pass
}

func newOrg(t *testing.T) *org {
	return &org{t: t, now: time.Unix(1_700_000_000, 0), given: map[bigin.RecordID]string{}, next: 1}
}

func (o *org) add(shown string) bigin.RecordID {
	id := o.next
	o.next++
	o.records = append(o.records, bigin.Record{ID: id, Name: shown, Image: 1})
	return id
}

func (o *org) remove(id bigin.RecordID) {
	o.records = slices.DeleteFunc(o.records, func(r bigin.Record) bool { return r.ID == id })
	delete(o.given, id)
}

func (o *org) rename(id bigin.RecordID, shown string) {
	for i := range o.records {
		if r := &o.records[i]; r.ID == id && r.Name != shown {
			r.Name = shown
			delete(o.given, id)
		}
	}
}

// orgListing is the records as they were then.
type orgListing struct {
	records []bigin.Record
	asOf    time.Time
}

// listing is what Bigin answers now.
func (o *org) listing() orgListing {
	o.now = o.now.Add(time.Second)
	return orgListing{slices.Clone(o.records), o.now}
}

// pass reads a listing to its end.
func (o *org) pass() {
	o.t.Helper()
	list := o.listing()
	for _, r := range list.records {
		o.see(r, list.asOf)
	}
	if len(list.records) > 0 {
		o.listed = list.asOf
		o.names.whole(o.listed)
	}
	o.check()
}

// see asks for the link of a record as it is now.
func (o *org) see(r bigin.Record, asOf time.Time) {
	o.t.Helper()
	name := o.names.of(r, asOf)
	if have, ok := o.given[r.ID]; ok && have != name {
		o.t.Errorf("record %v is still named %q, but its link went from %q to %q", r.ID, r.Name, have, name)
	}
	o.given[r.ID] = name
}

// check looks at the links that were given.
func (o *org) check() {
	o.t.Helper()
	folded := map[string]bigin.RecordID{}
	for i, r := range o.records {
		name, ok := o.given[r.ID]
		if !ok {
			continue
		}
		wantSafe(o.t, r.Name, name)
		if other, ok := folded[foldName(name)]; ok {
			o.t.Errorf("records %v and %v share the link %q", other, r.ID, name)
		}
		folded[foldName(name)] = r.ID
		if id, ok := o.names.find(name); !ok || id != r.ID {
			o.t.Errorf("the link %q of record %v (number %d) leads to %v, %t", name, r.ID, i, id, ok)
		}
	}
}

// Whatever records come, go and are renamed, and in whatever order their links
// are asked for: each has one of its own and keeps it until it is renamed.
func TestLinkNames(t *testing.T) {
	for seed := range uint64(300) {
		o := newOrg(t)
		r := rand.New(rand.NewPCG(seed, 5))
		names := hostile
		if seed%2 == 0 { // most of them alike
			names = []string{"Ada", "ada", "ADA ", "Ada (1)", "ada (2)", "Ada (3) (3)", "Ada (4)", "Ada (5) (5)", "Ada (6)", "Ada (9)", strings.Repeat("x", 300), strings.Repeat("X", 299), strings.Repeat("x", 224) + " (8)", "", "unnamed"}
		}
		name := func() string {
			if r.IntN(8) == 0 && len(o.given) > 0 { // that of another's link
				for _, id := range sortedIDs(o.given) {
					if r.IntN(3) == 0 {
						return strings.TrimSuffix(o.given[id], linkSuffix)
					}
				}
			}
			return names[r.IntN(len(names))]
		}
		for range 60 {
			var one bigin.Record
			if len(o.records) > 0 {
				one = o.records[r.IntN(len(o.records))]
			}
			switch r.IntN(7) {
			case 0, 1:
				o.add(name())
			case 2:
				o.remove(one.ID)
			case 3:
				o.rename(one.ID, name())
			case 4:
				o.pass()
			case 5: // some of them, in any order
				list := o.listing()
				for _, i := range r.Perm(len(list.records))[:r.IntN(len(list.records)+1)] {
					o.see(list.records[i], list.asOf)
				}
				o.old = append(o.old, list)
				o.check()
			case 6: // a reader goes on with what it began to read before all this
				if len(o.old) == 0 {
					continue
				}
				list := o.old[r.IntN(len(o.old))]
				for _, r := range list.records {
					if slices.ContainsFunc(o.records, func(now bigin.Record) bool { return now.ID == r.ID }) {
						o.names.of(r, list.asOf)
					}
				}
				if len(list.records) > 0 {
					o.names.whole(list.asOf)
				}
				o.check()
			}
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	}
}

func sortedIDs(m map[bigin.RecordID]string) []bigin.RecordID {
	var ids []bigin.RecordID
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// The first pass gives the plain name to the lowest id, and what the others get
// depends on nothing else: two mounts show the same.
func TestFirstPass(t *testing.T) {
	mounts := [2]*org{newOrg(t), newOrg(t)}
	for _, o := range mounts {
		for _, shown := range hostile {
			o.add(shown)
			o.add(shown)
		}
		o.pass()
	}
	a, b := mounts[0], mounts[1]
	taken := map[string]bool{}
	for _, r := range a.records {
		name := a.given[r.ID]
		if name != b.given[r.ID] {
			t.Errorf("record %v is %q here and %q there", r.ID, name, b.given[r.ID])
		}
		plain := safeName(r.Name) + linkSuffix
		if free := !taken[foldName(plain)]; free && name != plain {
			t.Errorf("record %v is the first of its name %q, but its link is %q", r.ID, r.Name, name)
		} else if !free && !strings.Contains(name, fmt.Sprintf(" (%v)", r.ID)) {
			t.Errorf("the name %q of record %v was taken, but its link is %q", r.Name, r.ID, name)
		}
		taken[foldName(name)] = true
	}
}

// The name of a removed record is free once a listing without it was read to its
// end, and that of a renamed one at once. No other link changes with that.
func TestNamesBecomeFree(t *testing.T) {
	o := newOrg(t)
	first, second, third := o.add("Ada"), o.add("ada"), o.add("Eve")
	o.pass()
	if o.given[first] != "Ada.jpg" || o.given[second] != "ada (2).jpg" || o.given[third] != "Eve.jpg" {
		t.Fatalf("links %q", o.given)
	}
	o.remove(first)
	o.pass()
	if o.given[second] != "ada (2).jpg" {
		t.Errorf("when another left, the link became %q", o.given[second])
	}
	if _, ok := o.names.find("Ada.jpg"); ok {
		t.Error("who left is still found")
	}
	fourth := o.add("ADA")
	o.rename(third, "Zoe")
	o.pass()
	if o.given[fourth] != "ADA.jpg" || o.given[third] != "Zoe.jpg" {
		t.Errorf("links %q", o.given)
	}
	if _, ok := o.names.find("Eve.jpg"); ok {
		t.Error("a name that nobody has any more is still found")
	}
	o.rename(fourth, "Eve")
	o.pass()
	if o.given[fourth] != "Eve.jpg" || o.given[second] != "ada (2).jpg" {
		t.Errorf("links %q", o.given)
	}
}

// Only the very spelling is a file of that name.
func TestFindIsExact(t *testing.T) {
	o := newOrg(t)
	id := o.add("Zoë")
	o.pass()
	if got, ok := o.names.find("Zoë.jpg"); !ok || got != id {
		t.Errorf("%v, %t", got, ok)
	}
	for _, name := range []string{"zoë.jpg", "Zoe\u0308.jpg", "Zoë.JPG", "Zoë", "Zoë (1).jpg", ""} {
		if _, ok := o.names.find(name); ok {
			t.Errorf("%q is found", name)
		}
	}
}

// A reader of a listing from before does not bring old names back.
func TestOldListingRenamesNobody(t *testing.T) {
	o := newOrg(t)
	a := o.add("Ada")
	b := o.add("Ada")
	o.pass()
	before := o.listing()
	o.rename(a, "Eve")
	o.pass()
	for _, r := range before.records {
		if got := o.names.of(r, before.asOf); got != o.given[r.ID] {
			t.Errorf("an old listing shows %q, want %q", got, o.given[r.ID])
		}
	}
	o.names.whole(before.asOf)
	o.check()
	if !o.names.knows(o.listed) {
		t.Error("the newest listing counts as not seen")
	}
	if o.given[a] != "Eve.jpg" || o.given[b] != "Ada (2).jpg" {
		t.Errorf("links %q", o.given)
	}
}

func FuzzLinkNames(f *testing.F) {
	f.Add("Ada\nada\nAda (2)\nAda (3)\n")
	f.Add(strings.Join(hostile, "\n"))
	f.Fuzz(func(t *testing.T, text string) {
		o := newOrg(t)
		for _, shown := range strings.Split(text, "\n") {
			o.add(shown)
		}
		o.pass()
		for i := range o.records {
			if i%3 == 1 {
				o.rename(o.records[i].ID, o.records[i-1].Name)
			}
		}
		o.pass()
		for len(o.records) > 2 {
			o.remove(o.records[len(o.records)/2].ID)
		}
		o.pass()
	})
}
