package bigin

// What only the tests outside the package need.
var (
	NewTransport  = newTransport
	CheckRedirect = checkRedirect
)

func (c Credentials) Validate() error { return c.validate() }

func (s *TokenSource) Reject(access string) { s.reject(access) }
