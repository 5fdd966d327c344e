package bigin

import (
	"errors"
	"testing"
	"time"
)

func TestParsePageTimes(t *testing.T) {
	for in, want := range map[string]string{
		`"2026-10-09T22:12:58+03:00"`:     "2026-10-09T19:12:58Z",
		`"2026-10-09T22:12:58Z"`:          "2026-10-09T22:12:58Z",
		`"2026-01-01T00:00:00-12:00"`:     "2026-01-01T12:00:00Z",
		`"2026-10-09T22:12:58.25+05:30"`:  "2026-10-09T16:42:58.25Z",
		`null`:                            "",
		`""`:                              "",
		`"yesterday"`:                     "",
		`"2026-10-09"`:                    "",
		`"2026-13-40T99:99:99Z"`:          "",
		`"0000-00-00T00:00:00Z"`:          "",
		`"2026-10-09T22:12:58+03:00 odd"`: "",
	} {
		p, _, err := parseRecords(Contacts, []byte(`{"data":[{"id":"1","Modified_Time":`+in+`}]}`))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		got := ""
		if m := p[0].Modified; !m.IsZero() {
			got = m.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestParsePageNames(t *testing.T) {
	for in, want := range map[string]string{
		`"Full_Name":"Ada Lovelace"`:                                 "Ada Lovelace",
		`"Full_Name":null,"First_Name":"Ada","Last_Name":"Lovelace"`: "Ada Lovelace",
		`"Full_Name":"","First_Name":"Ada","Last_Name":null`:         "Ada",
		`"First_Name":null,"Last_Name":"Lovelace"`:                   "Lovelace",
		`"Full_Name":null,"First_Name":null,"Last_Name":null`:        "",
		`"Unknown":[1,{"a":null}]`:                                   "",
	} {
		p, _, err := parseRecords(Contacts, []byte(`{"data":[{"id":"1",`+in+`}]}`))
		if err != nil || p[0].Name != want {
			t.Errorf("%s: %+v, %v", in, p, err)
		}
	}
}

// The tag of an image outlives the process: it is kept on disk.
func TestImageTag(t *testing.T) {
	for in, want := range map[string]uint64{"": 0, "a": 0xaf63dc4c8601ec8c, "foobar": 0x85944171f73967e8} {
		if got := imageTag(&in); got != want {
			t.Errorf("%q: %#x", in, got)
		}
	}
	if imageTag(nil) != 0 {
		t.Error("null has a photo")
	}
}

// Whatever comes: records with ids that can be spelled, or ErrProtocol.
func FuzzParsePage(f *testing.F) {
	for _, s := range []string{
		"", "null", "{}", `{"data":null}`, `{"data":[]}`,
		`{"data":[{"id":"7618134000000648066","Product_Name":"…","Modified_Time":"2026-10-09T22:12:58+03:00","Record_Image":null}],"info":{"per_page":2,"next_page_token":"ab","count":2,"more_records":true}}`,
		`{"data":[{"id":"1","Full_Name":null,"First_Name":"A","Last_Name":"B","Record_Image":"x"},{"id":"2"}],"info":{"more_records":false,"next_page_token":null}}`,
		`{"data":[{"id":1}]}`, `{"data":[{"id":"-1"}]}`, `{"data":[null]}`, `{"data":[{"id":"1"}],"info":{"more_records":true}}`,
	} {
		f.Add(0, []byte(s))
		f.Add(2, []byte(s))
	}
	f.Fuzz(func(t *testing.T, m int, body []byte) {
		records, next, err := parsePage(Modules()[uint(m)%3], body)
		if err != nil {
			if !errors.Is(err, ErrProtocol) || records != nil || next != "" {
				t.Errorf("%q: %v, %q, %v", body, records, next, err)
			}
			return
		}
		for _, r := range records {
			if again, err := ParseRecordID(r.ID.String()); err != nil || again != r.ID {
				t.Errorf("%q: id %d", body, r.ID)
			}
			if r.Modified.Location() != time.UTC {
				t.Errorf("%q: %+v", body, r)
			}
		}
	})
}
