package bigin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Deletion says that a record was removed.
type Deletion struct {
	ID   RecordID
	Time time.Time // zero when not known
}

// Deletions is one page of the removed records of a module, in any order.
type Deletions struct {
	Rows []Deletion
	More bool      // there is another page
	Date time.Time // when Bigin answered, by its own clock, in whole seconds; zero when it did not say
}

// Deleted returns one page, counted from 1, of the records of a module that
// were removed, whether to the recycle bin or for good. A time other than zero
// asks only for those removed since then; Bigin may return all of them anyway.
// It keeps them for 60 to 120 days.
//
// https://www.bigin.com/developer/docs/apis/v2/get-deleted-records.html
func (c *Client) Deleted(ctx context.Context, m Module, page int, since time.Time) (Deletions, error) {
	q := url.Values{
		"type":     {"all"},
		"page":     {strconv.Itoa(page)},
		"per_page": {strconv.Itoa(PerPage)},
	}
	var d Deletions
	r := request{kind: deletedCall, op: "deleted " + string(m), path: string(m) + "/deleted", query: q, since: since}
	err := c.get(ctx, r, func(a *answer) (err error) {
		d, err = a.deletions()
		return err
	})
	return d, err
}

// deletions reads the answer to Deleted. Status 204 is a page without rows, and
// so is 304.
func (a *answer) deletions() (Deletions, error) {
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		return Deletions{Date: a.date()}, nil
	}
	body, err := a.json()
	if err != nil {
		return Deletions{}, err
	}
	d, err := parseDeletions(body)
	if err != nil {
		return Deletions{}, err
	}
	d.Date = a.date()
	return d, nil
}

func parseDeletions(body []byte) (Deletions, error) {
	var in struct {
		Data []struct {
			ID   string  `json:"id"`
			Time *string `json:"deleted_time"`
		} `json:"data"`
		Info info `json:"info"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Deletions{}, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	if in.Data == nil {
		return Deletions{}, fmt.Errorf("%w: no data in it", ErrProtocol)
	}
	more, err := in.Info.more()
	if err != nil {
		return Deletions{}, err
	}
	d := Deletions{Rows: make([]Deletion, 0, len(in.Data)), More: more}
	for _, row := range in.Data {
		id, err := ParseRecordID(row.ID)
		if err != nil {
			return Deletions{}, fmt.Errorf("%w: %w", ErrProtocol, err)
		}
		d.Rows = append(d.Rows, Deletion{id, parseTime(row.Time)})
	}
	return d, nil
}
