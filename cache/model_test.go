package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
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
	mu sync.Mutex
	*bigintest.Server
	rand   *rand.Rand
	photos map[int64][]byte // of those that have one, seen or not
	names  map[int64]string
	hidden []int64
	gone   []int64             // in the recycle bin
	untold map[int64]time.Time // when something happened that no list of changes tells: the next full listing does
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
		if o.silent {
			o.untold[id] = time.Now()
		}
	case n < 16:
		o.Purge("Contacts", id)
		if o.silent {
			o.untold[id] = time.Now()
		}
	case n < 17 && len(o.gone) > 0:
		o.Restore("Contacts", o.gone[len(o.gone)-1])
		o.untold[o.gone[len(o.gone)-1]] = time.Now()
		o.gone = o.gone[:len(o.gone)-1]
	case n < 18:
		o.Hide("Contacts", id)
		o.hidden = append(o.hidden, id)
		o.untold[id] = time.Now()
	case n < 19 && len(o.hidden) > 0:
		o.Show("Contacts", o.hidden[0])
		o.untold[o.hidden[0]] = time.Now()
		o.hidden = o.hidden[1:]
	default:
		if other := o.pick(); other != id {
			o.Merge("Contacts", id, other)
			o.untold[id] = time.Now()
		}
	}
}

// check compares a listing with the records that there are, where the last full
// listing began then.
func (o *model) check(t *testing.T, client *bigin.Client, got []bigin.Record, full time.Time) {
	t.Helper()
	if age := time.Since(full); age > 24*time.Hour+attrTTL+time.Hour {
		t.Errorf("the last full listing was %v ago", age)
	}
	maps.DeleteFunc(o.untold, func(_ int64, at time.Time) bool { return at.Before(full) })
	untold := func(id bigin.RecordID) bool { _, ok := o.untold[int64(id)]; return ok }
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
		if r.ID <= last || !untold(r.ID) && (!ok || name != r.Name) {
			t.Errorf("record %v is %q, want %q, %t", r.ID, r.Name, name, ok)
		}
		delete(want, r.ID)
		last = r.ID
	}
	for id, name := range want {
		if !untold(id) {
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
		photos: map[int64][]byte{}, names: map[int64]string{}, untold: map[int64]time.Time{}, silent: b.DeletedRefused != 0,
	}
	for range 300 + 700*int(seed) {
		o.add()
	}
	client := clientOf(t, handled(o.Server), o.Server, bigin.Options{})
	busy := false
	setBusy := func(now bool) { // a page may still be under way when a listing is complete
		o.mu.Lock()
		defer o.mu.Unlock()
		busy = now
	}
	pauses := rand.New(rand.NewPCG(seed, 11))
	source := &busyAccount{Source: client, between: func() {
		o.mu.Lock() // both ends of a listing are loaded at once
		pause := time.Duration(pauses.IntN(2000)) * time.Millisecond
		o.mu.Unlock()
		time.Sleep(pause)
		o.mu.Lock()
		defer o.mu.Unlock()
		if busy && o.rand.IntN(3) == 0 {
			o.step()
		}
	}}
	state := filepath.Join(t.TempDir(), "default")
	begin := func() *Cache {
		return over(t, source, func(o *Options) { o.State, o.UnchangedTTL, o.Ahead = state, 24*time.Hour, 0 })
	}
	c := begin()
	steps := 0
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
		setBusy(true)
		listed(t, c, -1)
		setBusy(false)
		time.Sleep(attrTTL)
		got := listed(t, c, -1)
		whole, _ := c.index(contacts).state()
		o.check(t, client, got, whole.listed)
		if b.UploadKeepsImage || b.VolatileImage || b.RemovalKeepsImage || b.NoDate || b.SortByIgnored {
			continue // the photos are those of versions that cannot always be told apart
		}
		for range 5 {
			id := o.pick()
			if _, ok := o.untold[id]; ok {
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
