package bigin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// PerPage is how many records a page of a listing holds at most.
//
// https://www.bigin.com/developer/docs/apis/v2/get-records.html
const PerPage = 200

// Record is what the tree needs to know of a contact, company or product.
type Record struct {
	ID       RecordID
	Name     string    // as Bigin shows it; may be empty
	Modified time.Time // zero when not known
	Image    uint64    // stands for the value of Record_Image; 0 when there is no photo
	Fetched  time.Time // when Bigin said so
}

// HasPhoto tells whether the record has a photo.
func (r Record) HasPhoto() bool { return r.Image != 0 }

// Page is part of a listing of a module.
type Page struct {
	Records []Record
	Next    string // asks for the page after this one; empty at the last
}

// Records returns one page of the records of a module, ascending by id: the
// first for an empty token, else the one whose token is the Next of the page
// before. A token lives 24 hours.
//
// https://www.bigin.com/developer/docs/apis/v2/get-records.html
func (c *Client) Records(ctx context.Context, m Module, token string) (Page, error) {
	return c.page(ctx, m, "asc", token)
}

// RecordsFromEnd is Records from the last record on, descending by id.
func (c *Client) RecordsFromEnd(ctx context.Context, m Module, token string) (Page, error) {
	return c.page(ctx, m, "desc", token)
}

func (c *Client) page(ctx context.Context, m Module, order, token string) (Page, error) {
	q := url.Values{
		"fields":     {strings.Join(fields(m), ",")},
		"per_page":   {strconv.Itoa(PerPage)},
		"sort_by":    {"id"},
		"sort_order": {order},
	}
	if token != "" {
		q.Set("page_token", token)
	}
	var page Page
	err := c.get(ctx, request{kind: ListCall, op: "list " + string(m), path: string(m), query: q}, func(a *answer) (err error) {
		page, err = a.page(m)
		return err
	})
	if errors.Is(err, InvalidData) { // a token it does not take; the module is there all the same
		err = fmt.Errorf("%w: %v", ErrProtocol, err)
	}
	return page, err
}

// Record returns one record, or ErrNoRecord.
//
// https://www.bigin.com/developer/docs/apis/v2/get-records.html
func (c *Client) Record(ctx context.Context, m Module, id RecordID) (Record, error) {
	path := string(m) + "/" + id.String()
	q := url.Values{"fields": {strings.Join(fields(m), ",")}}
	var rec Record
	err := c.get(ctx, request{kind: RecordCall, op: "record " + path, path: path, query: q}, func(a *answer) error {
		page, err := a.page(m)
		switch {
		case err != nil:
			return err
		case len(page.Records) == 0:
			return ErrNoRecord
		case page.Records[0].ID != id:
			return fmt.Errorf("%w: it is about record %v", ErrProtocol, page.Records[0].ID)
		}
		rec = page.Records[0]
		return nil
	})
	if errors.Is(err, InvalidData) {
		err = fmt.Errorf("%w: %w", ErrNoRecord, err)
	}
	return rec, err
}

// fields lists what is asked of a record; id always comes.
func fields(m Module) []string {
	switch m {
	case Contacts:
		return []string{"Full_Name", "First_Name", "Last_Name", "Modified_Time", "Record_Image"}
	case Accounts:
		return []string{"Account_Name", "Modified_Time", "Record_Image"}
	default:
		return []string{"Product_Name", "Modified_Time", "Record_Image"}
	}
}

// page reads the answer to a listing or to one record. Status 204 is a page
// without records; nothing else that has no body is.
func (a *answer) page(m Module) (Page, error) {
	if a.status == http.StatusNoContent {
		return Page{}, nil
	}
	body, err := a.json()
	if err != nil {
		return Page{}, err
	}
	return parsePage(m, body)
}

// parsePage reads the body of a listing or of one record.
func parsePage(m Module, body []byte) (Page, error) {
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
		Info struct {
			MoreRecords   bool    `json:"more_records"`
			NextPageToken *string `json:"next_page_token"`
		} `json:"info"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Page{}, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	if in.Data == nil {
		return Page{}, fmt.Errorf("%w: no data in it", ErrProtocol)
	}
	now := time.Now()
	page := Page{Records: make([]Record, 0, len(in.Data))}
	for _, d := range in.Data {
		id, err := ParseRecordID(d.ID)
		if err != nil {
			return Page{}, fmt.Errorf("%w: %w", ErrProtocol, err)
		}
		r := Record{ID: id, Modified: parseTime(d.ModifiedTime), Image: imageTag(d.RecordImage), Fetched: now}
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
		page.Records = append(page.Records, r)
	}
	if in.Info.MoreRecords {
		if page.Next = text(in.Info.NextPageToken); page.Next == "" {
			return Page{}, fmt.Errorf("%w: more records but no page token", ErrProtocol)
		}
	}
	return page, nil
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
