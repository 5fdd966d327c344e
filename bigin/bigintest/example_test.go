package bigintest_test

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// A client that lists contacts. It is told where Bigin is.
func contacts(bigin, token string) (names []string, err error) {
	req, err := http.NewRequest(http.MethodGet, bigin+"/bigin/v2/Contacts?fields=Full_Name&sort_order=asc", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Zoho-oauthtoken "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("bigin answers %s", res.Status)
	}
	var page struct {
		Data []struct {
			Name string `json:"Full_Name"`
		} `json:"data"`
	}
	err = json.NewDecoder(res.Body).Decode(&page)
	for _, d := range page.Data {
		names = append(names, d.Name)
	}
	return names, err
}

// A server in a test: it is filled, served, asked, and then asked what it was
// asked.
func Example() {
	bigin := &bigintest.Server{}
	bigin.Add("Contacts", bigintest.Record{First: "Ada", Last: "Lovelace"})
	bigin.Add("Contacts", bigintest.Record{First: "Grace", Last: "Hopper"})

	server := httptest.NewServer(bigin)
	defer server.Close()

	fmt.Println(contacts(server.URL, bigin.IssueToken()))
	fmt.Println(bigin.Count(bigintest.KindList), "list")
	// Output:
	// [Ada Lovelace Grace Hopper] <nil>
	// 1 list
}

// The second list fails, the third does not.
func ExampleServer_AddFault() {
	bigin := &bigintest.Server{}
	bigin.Add("Contacts", bigintest.Record{Last: "Lovelace"})
	server := httptest.NewServer(bigin)
	defer server.Close()

	bigin.AddFault(bigintest.Fault{Kind: bigintest.KindList, Skip: 1, Count: 1, Status: 500})
	for range 3 {
		fmt.Println(contacts(server.URL, bigin.IssueToken()))
	}
	// Output:
	// [Lovelace] <nil>
	// [] bigin answers 500 Internal Server Error
	// [Lovelace] <nil>
}

// Access tokens are made as Zoho makes them.
func ExampleServer_token() {
	bigin := &bigintest.Server{Behaviour: bigintest.Behaviour{APIDomain: "https://www.zohoapis.eu"}}
	server := httptest.NewServer(bigin)
	defer server.Close()

	res, err := http.PostForm(server.URL+"/oauth/v2/token", url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {bigintest.DefaultRefreshToken},
		"client_id":     {bigintest.DefaultClientID},
		"client_secret": {bigintest.DefaultClientSecret},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	var token struct {
		Domain string `json:"api_domain"`
		Life   int    `json:"expires_in"`
	}
	if err := json.NewDecoder(res.Body).Decode(&token); err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.Domain, token.Life)
	// Output: https://www.zohoapis.eu 3600
}

// A report of a real account gives a server that behaves like it.
func ExampleFromReport() {
	report := []byte(`{"report": "biginfs doctor --api", "version": 1, "answers": {"photo_length": "chunked", "deleted": "403 NO_PERMISSION"}}`)
	b, err := bigintest.FromReport(report)
	if err != nil {
		log.Fatal(err)
	}
	bigin := &bigintest.Server{Behaviour: b}
	fmt.Println(bigin.Behaviour.Chunked, bigin.Behaviour.DeletedRefused)
	// Output: true 403
}
