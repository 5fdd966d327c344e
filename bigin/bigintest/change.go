package bigintest

import "time"

// SetPhoto uploads a photo; nil removes it. Whether the record shows it is a
// matter of Behaviour.
func (s *Server) SetPhoto(module string, id int64, photo []byte) {
	s.change(module, id, func(r *record, now time.Time) {
		b := &s.Behaviour
		keepsTime, keepsImage := b.UploadKeepsModifiedTime, b.UploadKeepsImage
		if photo == nil {
			keepsTime, keepsImage = b.RemovalKeepsModifiedTime, b.RemovalKeepsImage
		}
		r.ghost = photo == nil && keepsImage && (r.pic != nil || r.ghost)
		r.pic = newPicture(photo, nil)
		r.uploaded = now
		if !keepsImage {
			r.image++
		}
		if !keepsTime {
			r.modified = now
		}
	})
}

// Rename gives a record another name.
func (s *Server) Rename(module string, id int64, first, last string) {
	s.change(module, id, func(r *record, now time.Time) {
		r.first, r.last, r.modified = first, last, now
	})
}

// Touch modifies a record in a way that only Modified_Time shows.
func (s *Server) Touch(module string, id int64) {
	s.change(module, id, func(r *record, now time.Time) { r.modified = now })
}

// Hide takes away the user's permission to see a record. It disappears from all
// lists, and does not appear among the deleted records.
func (s *Server) Hide(module string, id int64) {
	s.change(module, id, func(r *record, _ time.Time) { r.hidden = true })
}

// Show gives the permission back. The record is unchanged.
func (s *Server) Show(module string, id int64) {
	s.change(module, id, func(r *record, _ time.Time) { r.hidden = false })
}

// Merge merges a record into another. The first disappears without being listed
// as deleted; the one that is kept counts as modified.
func (s *Server) Merge(module string, id, kept int64) {
	s.mu.Lock()
	s.table(module).remove(id)
	s.mu.Unlock()
	s.Touch(module, kept)
}

// change does something to a record, if there is one.
func (s *Server) change(module string, id int64, do func(r *record, now time.Time)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.table(module)
	if r := t.byID[id]; r != nil {
		do(r, s.clock().Truncate(time.Second))
		t.changed()
	}
}
