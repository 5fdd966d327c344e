package bigintest

// row is an error as Zoho's pages describe it.
type row struct {
	code    string
	status  int
	message string
}

// rows are the errors of the photo endpoint, then those of others. A Fault
// that names only a code, or only a status, is completed from here: the first
// that fits.
//
// https://www.bigin.com/developer/docs/apis/v2/download-profile-photo.html
var rows = []row{
	{"INVALID_MODULE", 400, "The module name given seems to be invalid"},
	{"INVALID_MODULE", 400, "The given module is not supported in API"},
	{"INVALID_URL_PATTERN", 404, "Please check if the URL trying to access is a correct one"},
	{"OAUTH_SCOPE_MISMATCH", 401, "Unauthorized"},
	{"NO_PERMISSION", 403, "Permission denied to download images"},
	{"INTERNAL_ERROR", 500, "Internal Server Error"},
	{"INVALID_REQUEST_METHOD", 400, "The http request method type is not a valid one"},
	{"AUTHORIZATION_FAILED", 400, "User does not have sufficient privilege to download images"},

	{"INVALID_DATA", 400, "the id given seems to be invalid"},
	{"INVALID_TOKEN", 401, "invalid oauth token"},
	{"AUTHENTICATION_FAILURE", 401, "Authentication failed"},
	{"INVALID_OAUTHTOKEN", 401, "The token is not valid"},
	{"RECORD_LOCKED", 400, "The record is locked"},
	{"NOT_APPROVED", 400, "The record is not approved"},
	{"TOO_MANY_REQUESTS", 429, "Too many requests"},
}

var (
	unknownModule     = rows[0]
	unsupportedModule = rows[1]
	badURL            = rows[2]
	scopeMismatch     = rows[3]
	badMethod         = rows[6]
	unknownID         = rows[8]
	badToken          = rows[9]
)

func (e row) answer() answer { return failure(e.status, e.code, e.message) }

// completeRow finds the row that a code or a status stands for.
func completeRow(code string, status int) row {
	for _, e := range rows {
		if code == e.code || code == "" && status == e.status {
			return e
		}
	}
	if status >= 500 {
		return rows[5]
	}
	return row{code: code, status: 400}
}
