package bigintest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// fieldsOf are the fields that every module has, and those of one.
var fieldsOf = map[string][]fieldRow{
	"": {
		{"Created_Time", "Created Time", "datetime", "string"},
		{"Modified_Time", "Modified Time", "datetime", "string"},
		{"Record_Image", "Record Image", "profileimage", "string"},
		{"id", "Record Id", "bigint", "string"},
	},
	"Contacts": {
		{"First_Name", "First Name", "text", "string"},
		{"Last_Name", "Last Name", "text", "string"},
		{"Full_Name", "Full Name", "text", "string"},
	},
	"Accounts": {{"Account_Name", "Company Name", "text", "string"}},
	"Products": {{"Product_Name", "Product Name", "text", "string"}},
}

// fieldRow is what the settings say of a field.
type fieldRow struct{ name, label, dataType, jsonType string }

// fields answers "Get fields", which Zoho's own clients ask before they read
// records. It needs a scope of its own.
//
// https://www.bigin.com/developer/docs/apis/v2/fields-meta.html
func (c *call) fields(scopes []string) answer {
	module := c.r.URL.Query().Get("module")
	switch own, ok := fieldsOf[module]; {
	case !slices.ContainsFunc(scopes, readsFields):
		return scopeMismatch.answer()
	case module == "":
		return failure(400, "REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", "param", "module")
	case !ok:
		return unknownModule.answer()
	default:
		rows := []object{}
		for i, f := range slices.Concat(own, fieldsOf[""]) {
			rows = append(rows, object{
				"id": strconv.Itoa(firstID - 1000 + i), "api_name": f.name, "field_label": f.label, "display_label": f.label,
				"data_type": f.dataType, "json_type": f.jsonType, "length": 255,
				"read_only": false, "system_mandatory": false, "custom_field": false, "visible": true,
			})
		}
		return reply(http.StatusOK, object{"fields": rows})
	}
}

func readsFields(scope string) bool {
	for _, may := range []string{"settings.ALL", "settings.fields.ALL", "settings.fields.READ"} {
		if strings.EqualFold(scope, "ZohoBigin."+may) {
			return true
		}
	}
	return false
}
