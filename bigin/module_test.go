package bigin_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/biginfs/biginfs/bigin"
)

func TestModules(t *testing.T) {
	want := []bigin.Module{"Contacts", "Accounts", "Products"}
	if got := bigin.Modules(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	for _, m := range want {
		if got, err := bigin.ParseModule(string(m)); got != m || err != nil {
			t.Errorf("%s: %s, %v", m, got, err)
		}
	}
	for _, name := range []string{"", "contacts", "Companies", "Documents", "Projects", "Contacts ", "Contacts/1"} {
		if got, err := bigin.ParseModule(name); got != "" || !errors.Is(err, bigin.ErrUnknownModule) {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	for m, scope := range map[bigin.Module]string{
		bigin.Contacts: "ZohoBigin.modules.contacts.READ",
		bigin.Accounts: "ZohoBigin.modules.accounts.READ",
		bigin.Products: "ZohoBigin.modules.products.READ",
	} {
		if got := m.ReadScope(); got != scope {
			t.Errorf("%s: %s", m, got)
		}
	}
}
