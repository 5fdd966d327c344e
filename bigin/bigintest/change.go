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

// Touch edits something of a record that no field shows: Modified_Time moves.
func (s *Server) Touch(module string, id int64) {
	s.change(module, id, func(r *record, now time.Time) { r.modified = now })
}

// Hide takes the user's permission to see a record. It is in no list any more,
// and in none of what was deleted either.
func (s *Server) Hide(module string, id int64) {
	s.change(module, id, func(r *record, _ time.Time) { r.hidden = true })
}

// Show gives the permission back. The record is as it was.
func (s *Server) Show(module string, id int64) {
	s.change(module, id, func(r *record, _ time.Time) { r.hidden = false })
}

// Merge makes two records one: id is gone, without being listed as deleted, and
// the record that is kept is modified.
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
