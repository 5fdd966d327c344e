package bigin

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// tries is how often a call is made that fails for a passing reason.
const tries = 4

// retry calls f until it succeeds, says not to again, or has been tried often
// enough, with growing, jittered pauses between. When ctx ends meanwhile, the
// error is its cause.
func retry(ctx context.Context, f func() (err error, again bool)) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = 100 * time.Millisecond
	pause.MaxInterval = 3 * time.Second
	var permanent *backoff.PermanentError
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err, again := f()
		if err != nil && !again {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(tries), backoff.WithMaxElapsedTime(0))
	if errors.As(err, &permanent) {
		return permanent.Err
	}
	return err
}

// passing reports whether the same call may succeed later: not when Bigin gave a
// definite answer, the caller gave up, or the server is not who it says.
func passing(err error) bool {
	var answered *Error
	if errors.As(err, &answered) {
		return answered.Status >= http.StatusInternalServerError
	}
	var cert *x509.UnknownAuthorityError
	var host *x509.HostnameError
	var invalid *x509.CertificateInvalidError
	if errors.As(err, &cert) || errors.As(err, &host) || errors.As(err, &invalid) {
		return false
	}
	var auth *AuthError
	if errors.As(err, &auth) {
		return false // was retried where it happened
	}
	for _, definite := range []error{
		context.Canceled, context.DeadlineExceeded, ErrClosed, ErrPanic, ErrReserve,
		ErrNoPhoto, ErrNoRecord, ErrNotImage, ErrTooLarge, ErrChanged, ErrProtocol,
		ErrInsecureURL, ErrAbandoned, errSpent,
	} {
		if errors.Is(err, definite) {
			return false
		}
	}
	return true
}
