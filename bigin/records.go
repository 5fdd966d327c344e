package bigin

import (
	"context"
	"errors"
	"fmt"
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
}

// HasPhoto reports whether the record has a photo.
func (r Record) HasPhoto() bool { return r.Image != 0 }

// Records returns one page of the records of a module, ascending by id: the
// first for an empty token, else the one whose token is the Next of the page
// before. A token lives 24 hours. A page in any other order is ErrProtocol.
//
// https://www.bigin.com/developer/docs/apis/v2/get-records.html
func (c *Client) Records(ctx context.Context, m Module, token string) (Page, error) {
	return c.list(ctx, m, ascendingID, token)
}

// RecordsFromEnd is Records from the last record on, descending by id.
func (c *Client) RecordsFromEnd(ctx context.Context, m Module, token string) (Page, error) {
	return c.list(ctx, m, descendingID, token)
}

// Changes is Records by time of modification, the last modified first. A record
// that is modified between two pages moves to the front; times are whole seconds,
// and records of the same second come in any order.
func (c *Client) Changes(ctx context.Context, m Module, token string) (Page, error) {
	return c.list(ctx, m, descendingTime, token)
}

func (c *Client) list(ctx context.Context, m Module, o order, token string) (Page, error) {
	q := url.Values{
		"fields":     {strings.Join(fields(m), ",")},
		"per_page":   {strconv.Itoa(PerPage)},
		"sort_by":    {o.by},
		"sort_order": {o.direction},
	}
	if token != "" {
		q.Set("page_token", token)
	}
	var page Page
	err := c.get(ctx, request{kind: o.kind, op: o.op + " " + string(m), path: string(m), query: q}, func(a *answer) (err error) {
		page, err = a.page(m, o)
		return err
	})
	if errors.Is(err, InvalidData) { // a token it does not take; the module is there all the same
		err = fmt.Errorf("%w: %v", ErrProtocol, err) //nolint:errorlint // else it would read as absence
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
	err := c.get(ctx, request{kind: recordCall, op: "record " + path, path: path, query: q}, func(a *answer) error {
		if a.status == http.StatusNoContent {
			return ErrNoRecord
		}
		body, err := a.json()
		if err != nil {
			return err
		}
		found, info, err := parseRecords(m, body)
		switch {
		case err != nil:
			return err
		case info.MoreRecords != nil && *info.MoreRecords:
			return fmt.Errorf("%w: there are more of one record", ErrProtocol)
		case len(found) == 0:
			return ErrNoRecord
		case found[0].ID != id:
			return fmt.Errorf("%w: it is about record %v", ErrProtocol, found[0].ID)
		}
		rec = found[0]
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
