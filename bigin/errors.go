package bigin

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Errors of this package. They reach callers wrapped; test with errors.Is.
var (
	ErrUnknownModule     = errors.New("not a module with photos")
	ErrUnknownDataCenter = errors.New("not a data center of Zoho")
	ErrInvalidID         = errors.New("not a record id")

	ErrNoRecord  = errors.New("no such record")               // Bigin answered 204 for the record
	ErrNoPhoto   = errors.New("the record has no photo")      // Bigin answered 204 for the photo
	ErrNotImage  = errors.New("the answer is not an image")   // 200 with JSON, HTML or anything but a picture
	ErrTooLarge  = errors.New("larger than the allowed size") // Options.MaxPhotoSize
	ErrNoAnswer  = errors.New("the connection was closed before an answer came")
	ErrCutShort  = errors.New("the body ended early")        // fewer bytes than announced, after retries
	ErrChanged   = errors.New("the photo changed meanwhile") // a retried download brought other bytes
	ErrReserve   = errors.New("the credit reserve is reached")
	ErrSilent    = errors.New("the server fell silent") // no byte for Options.Timeout / 2
	ErrClosed    = errors.New("the client is closed")
	ErrAbandoned = errors.New("nobody waits for it any more")  // a download whose last reader gave up
	ErrPanic     = errors.New("a bug in this program")         // a panic that was caught
	ErrProtocol  = errors.New("an answer that is not Bigin's") // neither what was asked for nor an error object

	ErrUnsorted = fmt.Errorf("%w: its records are not in the order that was asked for", ErrProtocol)

	ErrRefused       = errors.New("the credentials were refused by Zoho") // a bad or revoked grant, client or secret
	ErrNoCredentials = errors.New("no credentials")                       // nothing to ask Zoho for a token with
	ErrManyGrants    = errors.New("too many access tokens were made")     // 10 in 10 minutes per refresh token
	ErrInsecureURL   = errors.New("neither https nor a loopback http")    // a token would travel in the clear
)

// Error is an answer of Bigin that is not a success. The operation it answers
// is named by what wraps it.
type Error struct {
	Status     int           // HTTP status
	Code       Code          // Bigin's code; empty when the body held none
	Message    string        // Bigin's message
	RetryAfter time.Duration // as the Retry-After header asked; 0 when it did not
}

func (e *Error) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("HTTP %d", e.Status)
	}
	return fmt.Sprintf("%s (HTTP %d): %s", string(e.Code), e.Status, e.Message)
}

// Unwrap makes errors.Is(err, NoPermission) work.
func (e *Error) Unwrap() error { return e.Code }

// Is makes every answer with status 429 TooManyRequests, whatever its code.
func (e *Error) Is(target error) bool {
	return target == TooManyRequests && e.Status == http.StatusTooManyRequests
}
