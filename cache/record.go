package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// single is a record that was asked for by itself.
type single struct {
	bigin.Record
	asOf time.Time
}

// Record returns a record, and the time as of which it is right. If no listing or
// call has shown the record, its photo is asked for first: that is what its reader
// nearly always wants, and it proves the record too. Only when there is no photo
// does a second call tell the rest.
func (c *Cache) Record(ctx context.Context, m bigin.Module, id bigin.RecordID) (bigin.Record, time.Time, error) {
	k, ok, err := c.vouched(ctx, m, id)
	if err != nil {
		return bigin.Record{}, time.Time{}, err
	}
	if ok {
		return c.corrected(m, k.Record, k.asOf), k.asOf, nil
	}
	key := key(m, id)
	if s, ok := c.records.fresh(key); ok {
		return c.corrected(m, s.Record, s.asOf), s.asOf, nil
	}
	if gone, ok := c.missing.fresh(key); ok && !errors.Is(gone.err, bigin.ErrNoPhoto) {
		return bigin.Record{}, time.Time{}, gone.err
	}
	hint, _, listed := c.Known(m, id)
	if !listed || hint.HasPhoto() {
		p, release, err := c.Photo(ctx, m, id, nil)
		if err == nil {
			defer release()
			hint.ID, hint.Image = id, max(hint.Image, 1)
			return hint, p.Fetched(), nil
		}
		if !errors.Is(err, bigin.ErrNoPhoto) {
			return bigin.Record{}, time.Time{}, err
		}
	}
	s, err := c.recordLoads.do(ctx, key, func(ctx context.Context) (single, error) { return c.loadRecord(ctx, m, id) })
	return s.Record, s.asOf, err
}

// loadRecord asks for a record and keeps the answer.
func (c *Cache) loadRecord(ctx context.Context, m bigin.Module, id bigin.RecordID) (single, error) {
	key := key(m, id)
	if s, ok := c.records.fresh(key); ok {
		return s, nil // came in between the look and the load
	}
	asOf := time.Now()
	r, err := c.o.Source.Record(ctx, m, id)
	if err != nil {
		c.failed(m, id, err)
		return single{}, err
	}
	s := single{r, asOf}
	c.records.put(key, s, 0, c.o.AttrTTL, 0)
	return s, nil
}

// failed notes what Bigin answered about a record. Only a definite
// answer removes it.
func (c *Cache) failed(m bigin.Module, id bigin.RecordID, err error) {
	if !definite(err) {
		return
	}
	key := key(m, id)
	c.missing.put(key, missing{err, time.Now()}, 0, c.o.NegativeTTL, 0)
	c.photos.remove(key)
	if absent(err) && !errors.Is(err, bigin.ErrNoPhoto) {
		c.drop(m, id)
	}
}

// vouched returns a record from a fresh index of its module, which is renewed if
// need be. ok is false when no index knows the record.
func (c *Cache) vouched(ctx context.Context, m bigin.Module, id bigin.RecordID) (k known, ok bool, err error) {
	k, ok = c.find(m, id)
	if !ok || k.fresh {
		return k, ok, nil
	}
	next, err := c.renewed(ctx, m)
	switch whole, _ := c.index(m).state(); {
	case err == nil && next != nil:
		r, ok := next.find(id)
		return known{r, next.date, next.watermark, true}, ok, nil
	case err == nil, errors.Is(err, errListAnew):
		return known{}, false, nil // asked for by its id
	case whole != nil && c.mayBeStale(ctx, whole, err):
		return k, true, nil
	}
	return known{}, false, err
}

// corrected returns the record, without its photo if that has been found missing
// since.
func (c *Cache) corrected(m bigin.Module, r bigin.Record, asOf time.Time) bigin.Record {
	gone, ok := c.missing.fresh(key(m, r.ID))
	if ok && errors.Is(gone.err, bigin.ErrNoPhoto) && gone.at.After(asOf) {
		r.Image = 0
	}
	return r
}

// Known returns what was last known of a record, which may be out of date, and the
// time as of which it was right. It waits for nothing.
func (c *Cache) Known(m bigin.Module, id bigin.RecordID) (bigin.Record, time.Time, bool) {
	if k, ok := c.find(m, id); ok {
		return k.Record, k.asOf, true
	}
	s, _, ok := c.records.get(key(m, id))
	return s.Record, s.asOf, ok
}

// fresh returns a record if it is known without a call.
func (c *Cache) fresh(m bigin.Module, id bigin.RecordID) (bigin.Record, bool) {
	if k, ok := c.find(m, id); ok && k.fresh {
		return k.Record, true
	}
	s, ok := c.records.fresh(key(m, id))
	return s.Record, ok
}

// absent returns why there is no photo, as far as that is known without a call.
func (c *Cache) absent(m bigin.Module, id bigin.RecordID) error {
	if gone, ok := c.missing.fresh(key(m, id)); ok {
		return gone.err
	}
	if r, ok := c.fresh(m, id); ok && !r.HasPhoto() {
		return fmt.Errorf("photo %s: %w", key(m, id), bigin.ErrNoPhoto)
	}
	return nil
}
