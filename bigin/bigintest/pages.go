package bigintest

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
)

//go:embed pages.html
var pagesHTML string

// pages are what people see of the accounts server.
var pages = template.Must(template.New("").Parse(pagesHTML))

// notice is the data of the page "notice".
type notice struct{ Title, Text string }

// htmlPage shows one of the pages.
func htmlPage(status int, name string, data any) answer {
	var buf bytes.Buffer
	if err := pages.ExecuteTemplate(&buf, name, data); err != nil {
		return answer{status: http.StatusInternalServerError, contentType: "text/plain", body: []byte(err.Error())}
	}
	return answer{status: status, contentType: "text/html;charset=UTF-8", body: buf.Bytes()}
}

// dataCenters are the names that the consent page shows for locations.
var dataCenters = map[string]string{
	"us": "United States", "eu": "Europe", "in": "India", "au": "Australia",
	"cn": "China", "jp": "Japan", "sa": "Saudi Arabia", "ca": "Canada",
}

// scopeNames say in words what the scopes allow.
var scopeNames = map[string]string{
	"zohobigin.modules.all":           "Read and change all records",
	"zohobigin.modules.contacts.all":  "Read and change contacts",
	"zohobigin.modules.accounts.all":  "Read and change companies",
	"zohobigin.modules.products.all":  "Read and change products",
	"zohobigin.modules.contacts.read": "Read contacts and their photos",
	"zohobigin.modules.accounts.read": "Read companies and their photos",
	"zohobigin.modules.products.read": "Read products and their photos",
	"zohobigin.org.read":              "Read the organisation's name and edition",
	"zohobigin.settings.modules.read": "Read the list of modules",
	"zohobigin.settings.fields.read":  "Read what fields records have",
}
