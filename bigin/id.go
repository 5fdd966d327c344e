package bigin

import (
	"fmt"
	"strconv"
)

// RecordID identifies a record. Bigin writes it as a decimal string of about
// 19 digits; it is positive, fits an int64 and grows with creation.
type RecordID int64

// ParseRecordID reads an id as Bigin writes it: decimal digits without sign or
// leading zero. Anything else is ErrInvalidID, so that each record has one
// spelling only.
func ParseRecordID(s string) (RecordID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || s[0] < '1' || s[0] > '9' {
		return 0, fmt.Errorf("record id %q: %w", s, ErrInvalidID)
	}
	return RecordID(n), nil
}

func (id RecordID) String() string { return strconv.FormatInt(int64(id), 10) }
