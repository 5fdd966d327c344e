package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// busyAccount is a source whose records change while they are listed.
type busyAccount struct {
	Source
	between func() // called before each call of a list
}

func (b *busyAccount) Records(ctx context.Context, m bigin.Module, token string) (bigin.Page, error) {
	b.between()
	return b.Source.Records(ctx, m, token)
}

func (b *busyAccount) RecordsFromEnd(ctx context.Context, m bigin.Module, token string) (bigin.Page, error) {
	b.between()
	return b.Source.RecordsFromEnd(ctx, m, token)
}

func (b *busyAccount) Changes(ctx context.Context, m bigin.Module, token string) (bigin.Page, error) {
	b.between()
	return b.Source.Changes(ctx, m, token)
}

func (b *busyAccount) Deleted(ctx context.Context, m bigin.Module, page int, since time.Time) (bigin.Deletions, error) {
	b.between()
	return b.Source.Deleted(ctx, m, page, since)
}

// model is an organisation that changes at random, and what an index of it may
// not know yet.
type model struct {
	*bigintest.Server
	rand   *rand.Rand
	photos map[int64][]byte // of those that have one, seen or not
	names  map[int64]string
	hidden []int64
	gone   []int64        // in the recycle bin
	untold map[int64]bool // what no list of changes tells: the next full listing does
	count  uint64
	silent bool // removals are not told either
}

func (o *model) pick() int64 {
	ids := o.IDs("Contacts")
	if len(ids) == 0 {
		return 0
	}
	return ids[o.rand.IntN(len(ids))]
}

func (o *model) photo() []byte {
	o.count++
	return append([]byte(png), fmt.Sprint("photo ", o.count)...)
}

func (o *model) add() {
	name, r := fmt.Sprint("n", o.count), bigintest.Record{}
	if r.Last = name; o.rand.IntN(3) > 0 {
		r.Photo = o.photo()
	}
	id := o.Add("Contacts", r)
	o.names[id], o.photos[id] = name, r.Photo
}

// step changes something.
func (o *model) step() {
	id := o.pick()
	if id == 0 {
		o.add()
		return
	}
	switch n := o.rand.IntN(20); {
	case n < 3:
		o.add()
	case n < 6:
		o.count++
		o.names[id] = fmt.Sprint("n", o.count)
		o.Rename("Contacts", id, "", o.names[id])
	case n < 11:
		o.photos[id] = o.photo()
		o.SetPhoto("Contacts", id, o.photos[id])
	case n < 12:
		o.photos[id] = nil
		o.SetPhoto("Contacts", id, nil)
	case n < 13:
		o.Touch("Contacts", id)
	case n < 15:
		o.gone = append(o.gone, id)
		o.Delete("Contacts", id)
		o.untold[id] = o.untold[id] || o.silent
	case n < 16:
		o.Purge("Contacts", id)
		o.untold[id] = o.untold[id] || o.silent
	case n < 17 && len(o.gone) > 0:
		o.Restore("Contacts", o.gone[len(o.gone)-1])
		o.untold[o.gone[len(o.gone)-1]] = true
		o.gone = o.gone[:len(o.gone)-1]
	case n < 18:
		o.Hide("Contacts", id)
		o.hidden = append(o.hidden, id)
		o.untold[id] = true
	case n < 19 && len(o.hidden) > 0:
		o.Show("Contacts", o.hidden[0])
		o.untold[o.hidden[0]] = true
		o.hidden = o.hidden[1:]
	default:
		if other := o.pick(); other != id {
			o.Merge("Contacts", id, other)
			o.untold[id] = true
		}
	}
}

// check compares a listing with the records that there are.
func (o *model) check(t *testing.T, client *bigin.Client, got []bigin.Record) {
	t.Helper()
	want := map[bigin.RecordID]string{}
	for token := ""; ; {
		page, err := client.Records(t.Context(), contacts, token)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Records {
			want[r.ID] = r.Name
		}
		if token = page.Next; token == "" {
			break
		}
	}
	last := bigin.RecordID(0)
	for _, r := range got {
		name, ok := want[r.ID]
		if r.ID <= last || !o.untold[int64(r.ID)] && (!ok || name != r.Name) {
			t.Errorf("record %v is %q, want %q, %t", r.ID, r.Name, name, ok)
		}
		delete(want, r.ID)
		last = r.ID
	}
	for id, name := range want {
		if !o.untold[int64(id)] {
			t.Errorf("record %v, %q, is missing", id, name)
		}
	}
}

// Whatever changes and whenever, the index is right after the next renewal, and
// of what no change tells, after the next full listing.
func TestIndexIsRight(t *testing.T) {
	for name, b := range map[string]bigintest.Behaviour{
		"the likeliest":           {},
		"removals in any order":   {DeletedOrder: bigintest.Unsorted, DeletedConditional: true},
		"removals without end":    {DeletedEndless: true, DeletedOrder: bigintest.OldestFirst},
		"removals refused":        {DeletedRefused: 403},
		"removals not there":      {DeletedRefused: 404},
		"no order by time":        {SortByIgnored: true},
		"no clock":                {NoDate: true},
		"a clock a day ahead":     {ClockSkew: 24 * time.Hour},
		"a clock a day behind":    {ClockSkew: -24 * time.Hour},
		"images of each call":     {VolatileImage: true},
		"uploads keep the image":  {UploadKeepsImage: true},
		"removals keep the image": {RemovalKeepsImage: true},
	} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { indexIsRight(t, b, seed, 30) })
			})
		}
	}
}

func indexIsRight(t *testing.T, b bigintest.Behaviour, seed uint64, rounds int) {
	o := &model{
		Server: &bigintest.Server{Behaviour: b}, rand: rand.New(rand.NewPCG(seed, 10)),
		photos: map[int64][]byte{}, names: map[int64]string{}, untold: map[int64]bool{}, silent: b.DeletedRefused != 0,
	}
	for range 300 + 700*int(seed) {
		o.add()
	}
	client := clientOf(t, handled(o.Server), o.Server, bigin.Options{})
	busy := false
	source := &busyAccount{Source: client, between: func() {
		time.Sleep(time.Duration(o.rand.IntN(2000)) * time.Millisecond)
		if busy && o.rand.IntN(3) == 0 {
			o.step()
		}
	}}
	state := filepath.Join(t.TempDir(), "default")
	begin := func() *Cache {
		return over(t, source, func(o *Options) { o.State, o.UnchangedTTL, o.Ahead = state, 24*time.Hour, 0 })
	}
	c := begin()
	steps, told := 0, time.Now() // of the last full listing
	for range rounds {
		for range o.rand.IntN(12) {
			o.step()
			steps++
			if o.rand.IntN(3) == 0 {
				time.Sleep(time.Duration(o.rand.IntN(90_000)) * time.Millisecond)
			}
		}
		switch o.rand.IntN(12) {
		case 0: // a night
			time.Sleep(25 * time.Hour)
		case 1: // a remount
			c.Close()
			c = begin()
		case 2: // a rush
			for range 700 {
				o.Touch("Contacts", o.pick())
			}
		}
		busy = true
		listed(t, c, -1)
		busy = false
		time.Sleep(attrTTL)
		if time.Since(told) > 24*time.Hour {
			clear(o.untold)
			told = time.Now()
		}
		o.check(t, client, listed(t, c, -1))
		if b.UploadKeepsImage || b.VolatileImage || b.RemovalKeepsImage || b.NoDate || b.SortByIgnored {
			continue // the photos are those of versions that cannot always be told apart
		}
		for range 5 {
			id := o.pick()
			if o.untold[id] {
				continue
			}
			time.Sleep(time.Duration(o.rand.IntN(30)) * time.Second)
			p, err := photo(t.Context(), c, bigin.RecordID(id))
			if errors.Is(err, bigin.ErrNoPhoto) && o.photos[id] == nil {
				continue
			}
			if err != nil {
				t.Fatalf("photo of %v: %v", id, err)
			}
			if got, err := p.Bytes(t.Context(), 0, int(p.Size())); err != nil || !bytes.Equal(got, o.photos[id]) {
				t.Errorf("photo of %v is %q, want %q, %v", id, got, o.photos[id], err)
			}
		}
		if t.Failed() {
			t.Fatalf("after %d steps", steps)
		}
	}
	if whole, _ := c.index(contacts).state(); !slices.IsSorted(whole.run[0].ids) {
		t.Error("out of order")
	}
}
