package bigin

// Code is the code of an error answer of Bigin. It is an error itself, so that
// errors.Is(err, bigin.NoPermission) decides what happened.
type Code string

func (c Code) Error() string { return string(c) }

// The codes that the page of the photo endpoint documents.
//
// https://www.bigin.com/developer/docs/apis/v2/download-profile-photo.html
const (
	InvalidModule        Code = "INVALID_MODULE"
	InvalidURLPattern    Code = "INVALID_URL_PATTERN"
	OAuthScopeMismatch   Code = "OAUTH_SCOPE_MISMATCH"
	NoPermission         Code = "NO_PERMISSION"
	InternalError        Code = "INTERNAL_ERROR"
	InvalidRequestMethod Code = "INVALID_REQUEST_METHOD"
	AuthorizationFailed  Code = "AUTHORIZATION_FAILED"
)

// Codes seen beyond that page.
const (
	InvalidData           Code = "INVALID_DATA"  // the record id is unknown
	InvalidToken          Code = "INVALID_TOKEN" // these three: expired, revoked or garbled token
	AuthenticationFailure Code = "AUTHENTICATION_FAILURE"
	InvalidOAuthToken     Code = "INVALID_OAUTHTOKEN"
	RecordLocked          Code = "RECORD_LOCKED"
	NotApproved           Code = "NOT_APPROVED"
	TooManyRequests       Code = "TOO_MANY_REQUESTS" // too many at once, or the day's credits are used up
	PaginationLimit       Code = "PAGINATION_LIMIT_EXCEEDED"
	DiscretePagination    Code = "DISCRETE_PAGINATION_LIMIT_EXCEEDED"
)

// Documented is one row of the error table on the page of the photo endpoint.
type Documented struct {
	Code       Code
	Status     int // HTTP status
	Message    string
	Resolution string // what the page tells people to do
}

// documented is the table as the page gives it. INVALID_MODULE is in it
// twice, for a wrong name and for a module that is not supported yet.
var documented = []Documented{
	{InvalidModule, 400, "The module name given seems to be invalid",
		"You have specified an invalid module name. Specify a valid module API name. Refer to the possible module names section above."},
	{InvalidModule, 400, "The given module is not supported in API",
		"The modules such as Documents and Projects are not supported in the current API. (This error will not be shown, once these modules are been supported). Specify a valid module API name. Refer to the possible module names section above."},
	{InvalidURLPattern, 404, "Please check if the URL trying to access is a correct one",
		"The request URL specified is incorrect. Specify a valid request URL. Refer to request URL section above."},
	{OAuthScopeMismatch, 401, "Unauthorized",
		"Client does not have ZohoBigin.modules.{module_name}.READ scope. Create a new client with valid scope. Refer to scope section above."},
	{NoPermission, 403, "Permission denied to download images",
		"The user does not have permission to download images. Contact your system administrator."},
	{InternalError, 500, "Internal Server Error",
		"Unexpected and unhandled exception in Server. Contact support team."},
	{InvalidRequestMethod, 400, "The http request method type is not a valid one",
		"You have specified an invalid HTTP method to access the API URL. Specify a valid request method. Refer to endpoints section above."},
	{AuthorizationFailed, 400, "User does not have sufficient privilege to download images",
		"The user does not have the permission to download images. Contact your system administrator."},
}

// DocumentedErrors returns the error table of the photo endpoint's page, row
// by row.
func DocumentedErrors() []Documented { return append([]Documented(nil), documented...) }

// Resolution returns what Zoho's page tells people to do about the error, or
// "" where the page has nothing to say of its code.
func (e *Error) Resolution() string {
	found := ""
	for _, d := range documented {
		if d.Code != e.Code {
			continue
		}
		if d.Message == e.Message {
			return d.Resolution
		}
		if found == "" {
			found = d.Resolution
		}
	}
	return found
}
