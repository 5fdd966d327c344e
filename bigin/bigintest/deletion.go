package bigintest

import (
	"slices"
	"time"
)

// deletion is a row of the list of deleted records.
type deletion struct {
	rec       *record // as it was, nil once the deletion is permanent
	id        int64
	permanent bool
	at        time.Time
}

// Delete puts a record into the recycle bin.
func (s *Server) Delete(module string, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.table(module)
	if r := t.byID[id]; r != nil {
		t.remove(id)
		t.deleted = append(t.deleted, &deletion{rec: r, id: id, at: s.clock().Truncate(time.Second)})
	}
}

// Purge deletes a record permanently, from the recycle bin too.
func (s *Server) Purge(module string, id int64) {
	s.Delete(module, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.table(module)
	if i := t.inBin(id); i >= 0 {
		t.deleted = slices.Delete(t.deleted, i, i+1)
		t.deleted = append(t.deleted, &deletion{id: id, permanent: true, at: s.clock().Truncate(time.Second)})
	}
}

// Restore takes a record out of the recycle bin. The record is unchanged,
// Modified_Time included.
func (s *Server) Restore(module string, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.table(module)
	if i := t.inBin(id); i >= 0 {
		t.put(t.deleted[i].rec)
		t.deleted = slices.Delete(t.deleted, i, i+1)
	}
}

// inBin returns where the record is among the deleted ones, -1 if it is not in
// the recycle bin.
func (t *table) inBin(id int64) int {
	return slices.IndexFunc(t.deleted, func(d *deletion) bool { return d.id == id && !d.permanent })
}
