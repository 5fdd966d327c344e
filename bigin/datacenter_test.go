package bigin_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin"
)

// The first six are those of the photo endpoint's page.
func TestDataCenters(t *testing.T) {
	want := []bigin.DataCenter{
		{Name: "us", APIURL: "https://www.zohoapis.com", AccountsURL: "https://accounts.zoho.com"},
		{Name: "eu", APIURL: "https://www.zohoapis.eu", AccountsURL: "https://accounts.zoho.eu"},
		{Name: "au", APIURL: "https://www.zohoapis.com.au", AccountsURL: "https://accounts.zoho.com.au"},
		{Name: "in", APIURL: "https://www.zohoapis.in", AccountsURL: "https://accounts.zoho.in"},
		{Name: "cn", APIURL: "https://www.zohoapis.com.cn", AccountsURL: "https://accounts.zoho.com.cn"},
		{Name: "jp", APIURL: "https://www.zohoapis.jp", AccountsURL: "https://accounts.zoho.jp"},
		{Name: "sa", APIURL: "https://www.zohoapis.sa", AccountsURL: "https://accounts.zoho.sa"},
		{Name: "ca", APIURL: "https://www.zohoapis.ca", AccountsURL: "https://accounts.zohocloud.ca"},
	}
	got := bigin.DataCenters()
	if len(got) != len(want) {
		t.Fatalf("%d data centers", len(got))
	}
	for i, dc := range want {
		if got[i] != dc {
			t.Errorf("%v, want %v", got[i], dc)
		}
		for _, name := range []string{dc.Name, strings.ToUpper(dc.Name)} {
			if found, err := bigin.ParseDataCenter(name); found != dc || err != nil {
				t.Errorf("%s: %v, %v", name, found, err)
			}
		}
		for _, url := range []string{dc.AccountsURL, dc.AccountsURL + "/"} {
			if found, ok := bigin.DataCenterOfAccounts(url); found != dc || !ok {
				t.Errorf("%s: %v, %v", url, found, ok)
			}
		}
	}
	got[0].APIURL = "changed"
	if bigin.DataCenters()[0] != want[0] {
		t.Error("a caller changed the table")
	}
	if _, err := bigin.ParseDataCenter("moon"); !errors.Is(err, bigin.ErrUnknownDataCenter) || !strings.Contains(err.Error(), "us, eu, au, in, cn, jp, sa, ca") {
		t.Errorf("%v", err)
	}
	if dc, ok := bigin.DataCenterOfAccounts("https://accounts.zoho.eu.evil.example"); ok {
		t.Errorf("%v", dc)
	}
}
