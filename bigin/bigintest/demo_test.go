package bigintest

import (
	"bytes"
	"crypto/sha256"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"testing"
	"time"
	"unicode/utf8"
)

func TestDemo(t *testing.T) {
	begin := time.Now()
	s := Demo()
	if took := time.Since(begin); took > time.Second {
		t.Errorf("the start took %v", took)
	}
	all, without := 0, 0
	owner := map[int64]string{}
	names := map[string]int{}
	first, last := demoEnd, demoBegin
	for _, module := range []string{"Contacts", "Accounts", "Products"} {
		ids := s.IDs(module)
		if len(ids) < 95 || len(ids) > 125 {
			t.Errorf("%d %s", len(ids), module)
		}
		for _, id := range ids {
			all++
			if owner[id] != "" || id < firstID || id > 9e18 {
				t.Errorf("%d is in %s and %s", id, module, owner[id])
			}
			owner[id] = module
			rec := s.table(module).get(id)
			if rec.pic == nil {
				without++
			}
			if rec.last == "" || !utf8.ValidString(rec.first+rec.last) {
				t.Errorf("%d has no name", id)
			}
			names[module+rec.first+"|"+rec.last]++
			if rec.modified.Before(rec.created) || rec.modified.After(demoEnd) {
				t.Errorf("%d: %v, %v", id, rec.created, rec.modified)
			}
			if rec.modified.Before(first) {
				first = rec.modified
			}
			if rec.modified.After(last) {
				last = rec.modified
			}
		}
	}
	if part := float64(without) / float64(all); part < 0.16 || part > 0.24 {
		t.Errorf("%.2f are without a photo", part)
	}
	if last.Sub(first) < 600*24*time.Hour {
		t.Errorf("from %v to %v", first, last)
	}
	if names["ContactsMaria|García"] != 2 || names["Accounts|A/S Nordlys"] != 1 {
		t.Error("the awkward names are missing")
	}
}

func TestDemoPictures(t *testing.T) {
	s, again := Demo(), Demo()
	formats, seen, total := map[string]int{}, map[[32]byte]bool{}, 0
	for _, module := range []string{"Contacts", "Accounts", "Products"} {
		for i, id := range s.IDs(module) {
			if i%8 != 0 || s.table(module).get(id).pic == nil {
				continue
			}
			photo := s.Photo(module, id)
			c, format, err := image.DecodeConfig(bytes.NewReader(photo))
			if err != nil || c.Width != c.Height || len(photo) < 10_000 || len(photo) > 1<<20 {
				t.Errorf("%s %d: %s, %d bytes, %v", module, id, format, len(photo), err)
			}
			formats[format]++
			seen[sha256.Sum256(photo)] = true
			total += len(photo)
			if i%40 == 0 && !bytes.Equal(photo, again.Photo(module, id)) {
				t.Errorf("%s %d is drawn differently", module, id)
			}
		}
	}
	if n := formats["jpeg"] + formats["png"]; formats["jpeg"] < n/4 || formats["png"] < n/4 || len(seen) != n {
		t.Errorf("%v, %d different", formats, len(seen))
	}
	if all := 8 * total; all > 40_000_000 {
		t.Errorf("about %d bytes together", all)
	}
	for _, e := range []entry{{module: "Contacts"}, {module: "Accounts"}, {module: "Products", kind: "box"}} {
		if n := len(e.draw(1, large)); n < 800_000 || n > 1<<20 {
			t.Errorf("the largest of %s has %d bytes", e.module, n)
		}
	}
}
