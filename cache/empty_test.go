package cache

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// emptied answers listings without records, whatever there is.
type emptied struct{ *account }

func (emptied) Records(context.Context, bigin.Module, string) (bigin.Page, error) {
	return bigin.Page{AsOf: time.Now()}, nil
}

func (emptied) RecordsFromEnd(context.Context, bigin.Module, string) (bigin.Page, error) {
	return bigin.Page{AsOf: time.Now()}, nil
}

// switched is one source, then another.
type switched struct{ Source }

// A module that had records is empty only when one of them is gone.
func TestModuleThatSeemsEmpty(t *testing.T) {
	for name, gone := range map[string]bool{"which lies": false, "which is so": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(5, 0)
				s := &switched{a}
				c := over(t, s)
				listed(t, c, -1)
				time.Sleep(attrTTL)
				s.Source = emptied{a}
				if gone {
					a.mu.Lock()
					a.byID = nil
					a.mu.Unlock()
				}
				_, ok, err := c.Listing(contacts).After(t.Context(), 0)
				switch {
				case gone && (ok || err != nil):
					t.Error("the module is empty:", ok, err)
				case !gone && !errors.Is(err, bigin.ErrProtocol):
					t.Error("the listing ended:", ok, err)
				}
				whole, _ := c.indexes[contacts].state()
				if left := whole.size; gone != (left == 0) {
					t.Errorf("%d records left", left)
				}
			})
		})
	}
}
