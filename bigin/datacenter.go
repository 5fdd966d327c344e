package bigin

import (
	"fmt"
	"strings"
)

// DataCenter is one of Zoho's regions. An account lives in exactly one.
type DataCenter struct {
	Name        string // as Zoho abbreviates it, in lower case: "us", "eu"
	APIURL      string // where the API answers
	AccountsURL string // where tokens are made
}

// dataCenters holds the six of the photo page and two more of Zoho's general
// list.
//
// https://www.bigin.com/developer/docs/apis/v2/multi-dc.html
var dataCenters = []DataCenter{
	{"us", "https://www.zohoapis.com", "https://accounts.zoho.com"},
	{"eu", "https://www.zohoapis.eu", "https://accounts.zoho.eu"},
	{"au", "https://www.zohoapis.com.au", "https://accounts.zoho.com.au"},
	{"in", "https://www.zohoapis.in", "https://accounts.zoho.in"},
	{"cn", "https://www.zohoapis.com.cn", "https://accounts.zoho.com.cn"},
	{"jp", "https://www.zohoapis.jp", "https://accounts.zoho.jp"},
	{"sa", "https://www.zohoapis.sa", "https://accounts.zoho.sa"},
	{"ca", "https://www.zohoapis.ca", "https://accounts.zohocloud.ca"},
}

// DataCenters returns all data centers, the largest first.
func DataCenters() []DataCenter { return append([]DataCenter(nil), dataCenters...) }

// DataCenterNames returns the names of all data centers, the largest first.
func DataCenterNames() []string {
	names := make([]string, len(dataCenters))
	for i, dc := range dataCenters {
		names[i] = dc.Name
	}
	return names
}

// ParseDataCenter returns the data center of that name in any case. For any
// other name it returns ErrUnknownDataCenter.
func ParseDataCenter(name string) (DataCenter, error) {
	for _, dc := range dataCenters {
		if strings.EqualFold(dc.Name, name) {
			return dc, nil
		}
	}
	return DataCenter{}, fmt.Errorf("data center %q: %w (known: %s)", name, ErrUnknownDataCenter, strings.Join(DataCenterNames(), ", "))
}

// DataCenterOfAccounts returns the data center whose accounts server has the
// given URL. A login learns from it where the account lives.
func DataCenterOfAccounts(url string) (DataCenter, bool) {
	url = strings.TrimSuffix(url, "/")
	for _, dc := range dataCenters {
		if dc.AccountsURL == url {
			return dc, true
		}
	}
	return DataCenter{}, false
}
