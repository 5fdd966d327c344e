package bigin

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"time"
)

// Page is part of a listing of a module.
type Page struct {
	Records []Record
	Next    string    // asks for the page after this one; empty at the last
	AsOf    time.Time // when the request was sent, by the clock of this machine: the page is at least as new
	Date    time.Time // when Bigin answered, by its own clock, in whole seconds; zero when it did not say
}

// order is an order that a listing can be asked for in.
type order struct {
	kind      callKind
	op        string                 // for errors
	by        string                 // sort_by
	direction string                 // sort_order
	follows   func(a, b Record) bool // whether b may come right after a
}

var (
	ascendingID    = order{listCall, "list", "id", "asc", func(a, b Record) bool { return a.ID < b.ID }}
	descendingID   = order{listCall, "list", "id", "desc", func(a, b Record) bool { return a.ID > b.ID }}
	descendingTime = order{changesCall, "changes of", "Modified_Time", "desc", func(a, b Record) bool { return !b.Modified.After(a.Modified) }}
)

// holds reports whether the records are in the order. A record without a time
// has no place in an order by time.
func (o order) holds(records []Record) bool {
	for i, r := range records {
		if o.kind == changesCall && r.Modified.IsZero() || i > 0 && !o.follows(records[i-1], r) {
			return false
		}
	}
	return true
}

// page reads the answer to a listing. Status 204 is a page without records;
// nothing else that has no body is. A page in another order than that asked for
// is wrong as a whole.
func (a *answer) page(m Module, o order) (Page, error) {
	page := Page{AsOf: a.sent, Date: a.date()}
	if a.status == http.StatusNoContent {
		return page, nil
	}
	body, err := a.json()
	if err != nil {
		return Page{}, err
	}
	page.Records, page.Next, err = parsePage(m, body)
	if err == nil && !o.holds(page.Records) {
		err = ErrUnsorted
	}
	if err != nil {
		return Page{}, err
	}
	return page, nil
}

// info says whether more rows follow those of an answer. An answer that does not
// say is not to be trusted: there may be more.
type info struct {
	MoreRecords   *bool   `json:"more_records"`
	NextPageToken *string `json:"next_page_token"`
}

// more reports whether another page comes after this one.
func (i info) more() (bool, error) {
	if i.MoreRecords == nil {
		return false, fmt.Errorf("%w: it does not say whether there is more", ErrProtocol)
	}
	return *i.MoreRecords, nil
}

// parsePage reads the body of a listing.
func parsePage(m Module, body []byte) (records []Record, next string, err error) {
	records, info, err := parseRecords(m, body)
	if err != nil {
		return nil, "", err
	}
	more, err := info.more()
	if err != nil {
		return nil, "", err
	}
	if more {
		if next = text(info.NextPageToken); next == "" {
			return nil, "", fmt.Errorf("%w: more records but no page token", ErrProtocol)
		}
	}
	return records, next, nil
}

// parseRecords reads the body of a listing or of one record.
func parseRecords(m Module, body []byte) ([]Record, info, error) {
	var in struct {
		Data []struct {
			ID           string  `json:"id"`
			FullName     *string `json:"Full_Name"`
			FirstName    *string `json:"First_Name"`
			LastName     *string `json:"Last_Name"`
			AccountName  *string `json:"Account_Name"`
			ProductName  *string `json:"Product_Name"`
			ModifiedTime *string `json:"Modified_Time"`
			RecordImage  *string `json:"Record_Image"`
		} `json:"data"`
		Info info `json:"info"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, info{}, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	if in.Data == nil {
		return nil, info{}, fmt.Errorf("%w: no data in it", ErrProtocol)
	}
	records := make([]Record, 0, len(in.Data))
	for _, d := range in.Data {
		id, err := ParseRecordID(d.ID)
		if err != nil {
			return nil, info{}, fmt.Errorf("%w: %w", ErrProtocol, err)
		}
		r := Record{ID: id, Modified: parseTime(d.ModifiedTime), Image: imageTag(d.RecordImage)}
		switch m {
		case Contacts:
			if r.Name = text(d.FullName); r.Name == "" {
				r.Name = strings.TrimSpace(text(d.FirstName) + " " + text(d.LastName))
			}
		case Accounts:
			r.Name = text(d.AccountName)
		default:
			r.Name = text(d.ProductName)
		}
		records = append(records, r)
	}
	return records, in.Info, nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// parseTime reads an ISO 8601 time with offset. One that does not parse counts
// as not known: a photo is worth more than its date.
func parseTime(s *string) time.Time {
	t, err := time.Parse(time.RFC3339, text(s))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// imageTag shortens the opaque Record_Image to a number that is not 0. It is
// the same in every process, since it is kept on disk.
func imageTag(s *string) uint64 {
	if text(s) == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(*s))
	return max(h.Sum64(), 1)
}
