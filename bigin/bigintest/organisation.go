package bigintest

import "time"

// Record is what a test puts into a module.
type Record struct {
	ID          int64     // 0 is the next one
	First, Last string    // of contacts; companies and products have their name in Last
	Modified    time.Time // zero is now; also when it was created

	Photo  []byte         // nil is none, unless Draw is set
	Draw   func() []byte  // draws the photo when it is first asked for
	Fields map[string]any // further fields, answered when asked for
}

// firstID is the id that Zoho's sample request has.
const firstID = 2034020000000489033

// Add puts a record into "Contacts", "Accounts" or "Products" and returns its
// id. The Server keeps the photo and the fields: they must not be changed.
func (s *Server) Add(module string, r Record) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.ID
	if id == 0 {
		id = max(s.lastID+1, firstID)
	}
	s.lastID = max(s.lastID, id)
	modified := r.Modified
	if modified.IsZero() {
		modified = s.clock()
	}
	modified = modified.Truncate(time.Second)
	s.table(module).put(&record{
		id: id, first: r.First, last: r.Last,
		created: modified, modified: modified, uploaded: modified,
		fields: r.Fields, pic: newPicture(r.Photo, r.Draw),
	})
	return id
}

// Photo returns the bytes that a correct download gives, nil if there are none.
func (s *Server) Photo(module string, id int64) []byte {
	s.mu.Lock()
	var pic *picture
	if r := s.table(module).get(id); r != nil {
		pic = r.pic
	}
	s.mu.Unlock()
	if pic == nil {
		return nil
	}
	return pic.bytes()
}

// IDs returns the ids of a module's records that the user may see, ascending.
func (s *Server) IDs(module string) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	recs := s.table(module).visible("id")
	ids := make([]int64, len(recs))
	for i, r := range recs {
		ids[i] = r.id
	}
	return ids
}

// table returns the records of a module. The caller holds s.mu.
func (s *Server) table(module string) *table {
	if s.tables == nil {
		s.tables = map[string]*table{}
	}
	t := s.tables[module]
	if t == nil {
		t = &table{byID: map[int64]*record{}}
		s.tables[module] = t
	}
	return t
}
