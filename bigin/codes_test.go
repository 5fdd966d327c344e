package bigin_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// page is the error table as the page of the photo endpoint has it, word by
// word.
//
// https://www.bigin.com/developer/docs/apis/v2/download-profile-photo.html
var page = []bigin.Documented{
	{bigin.Code("INVALID_MODULE"), 400, "The module name given seems to be invalid",
		"You have specified an invalid module name. Specify a valid module API name. Refer to the possible module names section above."},
	{bigin.Code("INVALID_MODULE"), 400, "The given module is not supported in API",
		"The modules such as Documents and Projects are not supported in the current API. (This error will not be shown, once these modules are been supported). Specify a valid module API name. Refer to the possible module names section above."},
	{bigin.Code("INVALID_URL_PATTERN"), 404, "Please check if the URL trying to access is a correct one",
		"The request URL specified is incorrect. Specify a valid request URL. Refer to request URL section above."},
	{bigin.Code("OAUTH_SCOPE_MISMATCH"), 401, "Unauthorized",
		"Client does not have ZohoBigin.modules.{module_name}.READ scope. Create a new client with valid scope. Refer to scope section above."},
	{bigin.Code("NO_PERMISSION"), 403, "Permission denied to download images",
		"The user does not have permission to download images. Contact your system administrator."},
	{bigin.Code("INTERNAL_ERROR"), 500, "Internal Server Error",
		"Unexpected and unhandled exception in Server. Contact support team."},
	{bigin.Code("INVALID_REQUEST_METHOD"), 400, "The http request method type is not a valid one",
		"You have specified an invalid HTTP method to access the API URL. Specify a valid request method. Refer to endpoints section above."},
	{bigin.Code("AUTHORIZATION_FAILED"), 400, "User does not have sufficient privilege to download images",
		"The user does not have the permission to download images. Contact your system administrator."},
}

func TestDocumentedErrors(t *testing.T) {
	got := bigin.DocumentedErrors()
	if len(got) != len(page) {
		t.Fatalf("%d rows, want %d", len(got), len(page))
	}
	for i, row := range page {
		if got[i] != row {
			t.Errorf("row %d: %+v, want %+v", i, got[i], row)
		}
	}
	got[0].Resolution = "changed"
	if bigin.DocumentedErrors()[0] != page[0] {
		t.Error("a caller changed the table")
	}
}

// Each row as it comes over the wire.
func TestDocumentedErrorsOfAPhoto(t *testing.T) {
	for _, row := range page {
		t.Run(fmt.Sprint(row.Code, " ", row.Message), func(t *testing.T) {
			var s bigintest.Server
			id := s.Add("Contacts", bigintest.Record{Photo: picture(900, 0)})
			s.AddFault(bigintest.Fault{
				Path: "/bigin/v2/Contacts/*/photo",
				Code: string(row.Code), Status: row.Status, Message: row.Message,
			})
			p, err := clientOf(t, &s, bigin.Options{}).Photo(t.Context(), bigin.Contacts, bigin.RecordID(id))
			var e *bigin.Error
			if p != nil || !errors.Is(err, row.Code) || !errors.As(err, &e) {
				t.Fatalf("%v, %v", p, err)
			}
			if e.Status != row.Status || e.Message != row.Message || e.Resolution() != row.Resolution {
				t.Errorf("%+v with the resolution %q", e, e.Resolution())
			}
			if want := fmt.Sprintf("photo Contacts/%d: %s (HTTP %d): %s", id, row.Code, row.Status, row.Message); err.Error() != want {
				t.Errorf("%q, want %q", err, want)
			}
			for _, other := range page {
				if other.Code != row.Code && errors.Is(err, other.Code) {
					t.Errorf("it is %s too", other.Code)
				}
			}
			calls := 1
			if row.Status >= 500 {
				calls = 4
			}
			if got := s.Calls(); got != calls {
				t.Errorf("%d calls, want %d", got, calls)
			}
		})
	}
}

// A message in other words gets the first resolution of its code; a code that
// the page does not have gets none.
func TestResolutionElsewhere(t *testing.T) {
	for _, c := range []struct {
		e    bigin.Error
		want string
	}{
		{bigin.Error{Code: bigin.InvalidModule, Message: "in other words"}, page[0].Resolution},
		{bigin.Error{Code: bigin.NoPermission}, page[4].Resolution},
		{bigin.Error{Code: bigin.InvalidData, Message: page[0].Message}, ""},
		{bigin.Error{Status: 500}, ""},
	} {
		if got := c.e.Resolution(); got != c.want {
			t.Errorf("%+v: %q", c.e, got)
		}
	}
}
