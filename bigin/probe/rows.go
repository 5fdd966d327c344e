package probe

import (
	"encoding/json"
	"strconv"
	"time"
)

// record is what is looked at of a row.
type record struct {
	id       int64
	text     string // the id as it came
	modified time.Time
	image    string
}

// records reads the rows of a list or of one record; nil if there are none or
// the answer is something else.
func (r *result) records() []record { return r.rows("Modified_Time") }

// deletions reads the rows of a list of deleted records.
func (r *result) deletions() []record { return r.rows("deleted_time") }

func (r *result) rows(timeField string) []record {
	var in struct {
		Data []map[string]any `json:"data"`
	}
	if r.status != 200 || json.Unmarshal(r.body, &in) != nil {
		return nil
	}
	var out []record
	for _, row := range in.Data {
		text, _ := row["id"].(string)
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 {
			return nil
		}
		stamp, _ := row[timeField].(string)
		modified, _ := time.Parse(time.RFC3339, stamp) // the zero time where it is none
		image, _ := row["Record_Image"].(string)
		out = append(out, record{id, strconv.FormatInt(id, 10), modified, image})
	}
	return out
}

// info is what a page says of those after it.
type info struct {
	Info struct {
		More bool   `json:"more_records"`
		Next string `json:"next_page_token"`
	} `json:"info"`
}

func (r *result) info() (i info) {
	if r.status == 200 {
		_ = json.Unmarshal(r.body, &i) // what is not there is empty
	}
	return i
}

func (r *result) more() bool { return r.info().Info.More }

func (r *result) nextPage() string { return r.info().Info.Next }
