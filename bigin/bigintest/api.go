package bigintest

import (
	"net/http"
	"strings"
)

// apiAnswer checks what every call of the API must get right, in the order
// URL, method, token, module, scope.
func (c *call) apiAnswer() answer {
	switch {
	case c.kind == KindOther:
		return badURL.answer()
	case c.r.Method != http.MethodGet:
		return badMethod.answer()
	}
	c.s.mu.Lock()
	scopes, ok := c.s.authorize(c.r.Header.Get("Authorization"))
	c.s.mu.Unlock()
	switch {
	case !ok:
		return badToken.answer()
	case c.kind == KindFields:
		return c.fields(scopes)
	case c.module == "Documents" || c.module == "Projects":
		return unsupportedModule.answer()
	case c.module != "Contacts" && c.module != "Accounts" && c.module != "Products":
		return unknownModule.answer()
	case !covers(scopes, c.module):
		return scopeMismatch.answer()
	}
	switch c.kind {
	case KindPhoto:
		return c.photo()
	case KindRecord:
		return c.record()
	case KindDeleted:
		return c.deleted()
	}
	return c.list()
}

// covers reports whether one of the scopes allows reading the module. Any of
// the three that the page names does; case does not matter.
//
// https://www.bigin.com/developer/docs/apis/v2/download-profile-photo.html
func covers(scopes []string, module string) bool {
	for _, have := range scopes {
		for _, want := range []string{"ALL", module + ".ALL", module + ".READ"} {
			if strings.EqualFold(have, "ZohoBigin.modules."+want) {
				return true
			}
		}
	}
	return false
}
