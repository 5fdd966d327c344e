package bigin

import (
	"fmt"
	"strings"
)

// Module is the API name of a module whose records can have a photo.
//
// https://www.bigin.com/developer/docs/apis/v2/download-profile-photo.html
type Module string

// The modules that have photos. The user interface of Bigin calls Accounts
// "Companies".
const (
	Contacts Module = "Contacts"
	Accounts Module = "Accounts"
	Products Module = "Products"
)

// Modules returns the modules that have photos, in the order Bigin shows them.
func Modules() []Module { return []Module{Contacts, Accounts, Products} }

// ParseModule returns the module with the given API name, which is case
// sensitive. For any other name it returns ErrUnknownModule.
func ParseModule(name string) (Module, error) {
	for _, m := range Modules() {
		if string(m) == name {
			return m, nil
		}
	}
	return "", fmt.Errorf("module %q: %w", name, ErrUnknownModule)
}

// ReadScope is the narrowest OAuth scope that allows reading the records and
// photos of the module.
func (m Module) ReadScope() string {
	return "ZohoBigin.modules." + strings.ToLower(string(m)) + ".READ"
}
