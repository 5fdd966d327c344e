package cache

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// changeless answers each question for changes with an error.
type changeless struct {
	*account
	err error
}

func (s *changeless) Changes(ctx context.Context, m bigin.Module, token string) (bigin.Page, error) {
	page, err := s.account.Changes(ctx, m, token)
	if s.err != nil {
		return bigin.Page{}, s.err
	}
	return page, err
}

// An answer that is not Bigin's, such as a hotel's login page, does not have the
// module listed again for a day.
func TestOneStrangeAnswerIsNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &changeless{account: newAccount(1000, 0), err: fmt.Errorf("%w: invalid character '<'", bigin.ErrProtocol)}
		c := over(t, a)
		listed(t, c, -1)
		for range 2 { // each is right, though the first costs a listing
			time.Sleep(attrTTL)
			if n := len(listed(t, c, -1)); n != 1000 {
				t.Errorf("%d records", n)
			}
			a.err = nil
		}
		if n := a.renewals(); n != 3 {
			t.Errorf("%d calls for changes and removals, want 1 in vain and 2 that renewed", n)
		}
	})
}

// Where Bigin does not list by time at all, finding that out costs a call only once.
func TestUnsortedChangesAreRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &changeless{account: newAccount(1000, 0), err: bigin.ErrUnsorted}
		c := over(t, a)
		for range 4 {
			listed(t, c, -1)
			time.Sleep(attrTTL)
		}
		if n := a.renewals(); n != 1 {
			t.Errorf("%d calls for changes, want 1", n)
		}
	})
}

// Whatever Bigin answers when it refuses to list by time, records and listings
// are had without.
func TestRefusedChanges(t *testing.T) {
	for _, status := range []int{400, 403, 404, 405} {
		synctest.Test(t, func(t *testing.T) {
			a := &changeless{account: newAccount(1000, 0), err: refusal(status, "NOT_SUPPORTED")}
			c := over(t, a)
			listed(t, c, -1)
			time.Sleep(attrTTL)
			if _, err := record(t.Context(), c, id(5)); err != nil {
				t.Errorf("status %d: record: %v", status, err)
			}
			if n := len(listed(t, c, -1)); n != 1000 {
				t.Errorf("status %d: %d records", status, n)
			}
		})
	}
	if errors.Is(bigin.ErrProtocol, bigin.ErrUnsorted) || !errors.Is(bigin.ErrUnsorted, bigin.ErrProtocol) {
		t.Error("an order that was not asked for is one kind of strange answer")
	}
}
