package bigintest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// record is a Record as the organisation keeps it.
type record struct {
	id          int64
	first, last string
	created     time.Time
	modified    time.Time
	uploaded    time.Time // when the photo was
	fields      map[string]any
	pic         *picture
	image       int  // how often Record_Image changed
	ghost       bool // Record_Image names a photo that was removed
	hidden      bool // the user may not see it
}

// zone is the user's: times are answered with its offset.
var zone = time.FixedZone("", 3*60*60)

// isoTime is how Bigin writes times.
const isoTime = "2006-01-02T15:04:05-07:00"

// row is the record as an answer shows it: the id and the fields asked for.
// Unknown fields are dropped, empty ones are null. A nil list of fields is all.
func (r *record) row(module string, fields []string, volatile bool) object {
	all := object{}
	maps.Copy(all, r.fields)
	switch module {
	case "Contacts":
		all["First_Name"] = text(r.first)
		all["Last_Name"] = text(r.last)
		all["Full_Name"] = r.name(module)
	case "Accounts":
		all["Account_Name"] = r.name(module)
	case "Products":
		all["Product_Name"] = r.name(module)
	}
	all["Created_Time"] = r.created.In(zone).Format(isoTime)
	all["Modified_Time"] = r.modified.In(zone).Format(isoTime)
	all["Record_Image"] = r.recordImage(volatile)
	all["id"] = strconv.FormatInt(r.id, 10)
	if fields == nil {
		return all
	}
	some := object{"id": all["id"]}
	for _, name := range fields {
		if v, ok := all[name]; ok {
			some[name] = v
		}
	}
	return some
}

// name is what people see of the record, nil if it has no name.
func (r *record) name(module string) any {
	if module == "Contacts" {
		return text(strings.TrimSpace(r.first + " " + r.last))
	}
	return text(r.last)
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// recordImage is an opaque string for a record with a photo, else null.
func (r *record) recordImage(volatile bool) any {
	if r.pic == nil && !r.ghost {
		return nil
	}
	sum := sha256.Sum256(fmt.Append(nil, r.id, "image", r.image))
	if volatile {
		_, _ = rand.Read(sum[:]) // never fails
	}
	return hex.EncodeToString(sum[:])
}

// record answers "Get a record".
//
// https://www.bigin.com/developer/docs/apis/v2/get-records.html
func (c *call) record() answer {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	rec := c.s.table(c.module).get(c.id)
	switch {
	case rec == nil && c.b.MissingRecord400:
		return unknownID.answer()
	case rec == nil:
		return noContent()
	case c.unmodified(rec.modified):
		return c.notModified()
	}
	var fields []string
	if f := c.r.URL.Query().Get("fields"); f != "" {
		fields = strings.Split(f, ",")
	}
	return reply(http.StatusOK, object{"data": []object{rec.row(c.module, fields, c.b.VolatileImage)}})
}

// since is the time that If-Modified-Since names, if it is honoured at all.
func (c *call) since() (t time.Time, ok bool) {
	honoured := c.b.Conditional
	if c.kind == KindDeleted {
		honoured = c.b.DeletedConditional
	}
	v := c.r.Header.Get("If-Modified-Since")
	if !honoured || v == "" {
		return t, false
	}
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		t, err = http.ParseTime(v)
	}
	return t, err == nil
}

// notModified is the answer to a condition that does not hold.
func (c *call) notModified() answer {
	if c.b.Conditional204 {
		return noContent()
	}
	return answer{status: http.StatusNotModified}
}

func (c *call) unmodified(changed time.Time) bool {
	t, ok := c.since()
	return ok && !changed.After(t)
}
