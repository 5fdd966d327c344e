package fs

import "time"

// stamp is the time that a file shows. A time that was shown stays until the record
// changes, so that nobody who copied the file copies it again for nothing.
// Usually it is the record's Modified_Time. A photo that is looked up by id
// before its module was ever listed comes without one, and asking for it would
// cost a call: such a photo shows when it was fetched, and still does once its
// record is listed.
type stamp struct {
	shown time.Time
	of    time.Time // Modified_Time of the record then; zero while unknown
}

// at returns the time to show when the record's is modified, or zero when that
// is unknown; unknown is shown then if nothing was before.
func (s *stamp) at(modified, unknown time.Time) time.Time {
	switch {
	case s.shown.IsZero():
		if s.shown = modified; modified.IsZero() {
			s.shown = unknown
		}
	case s.of.IsZero() && !modified.After(s.shown):
		// Nothing changed: the record was listed, no more.
	case !modified.IsZero() && !modified.Equal(s.of):
		s.shown = modified
	}
	if !modified.IsZero() {
		s.of = modified
	}
	return s.shown
}
