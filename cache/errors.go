package cache

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// failureLife is how long whoever asks again gets the same failure: the kernel
// lets the readers of one name in one after the other, and asks twice after an
// error. A person who tries again a moment later should get a new try.
const failureLife = time.Second

// toldAgain reports whether whoever asks within the next moment gets the same
// failure. One that cost no call is free to repeat, and a person may have mended
// its cause just now.
func toldAgain(err error) bool {
	return err != nil && !isOneOf(err, bigin.ErrNoCredentials, bigin.ErrReserve)
}

// definite reports whether Bigin said for certain that something does not exist or
// is not allowed, so that asking again soon would be a waste.
func definite(err error) bool {
	return absent(err) || isOneOf(err, bigin.ErrTooLarge, bigin.InvalidModule, bigin.InvalidURLPattern,
		bigin.NoPermission, bigin.AuthorizationFailed, bigin.OAuthScopeMismatch)
}

// absent reports whether Bigin said for certain that a record or its photo does
// not exist.
func absent(err error) bool {
	return isOneOf(err, bigin.ErrNoPhoto, bigin.ErrNoRecord, bigin.InvalidData)
}

// unreachable reports whether err means that Bigin could not be asked or did not
// answer, so that something out of date is better than nothing. An answer, a
// revoked grant and a caller that left are no such reasons.
func unreachable(ctx context.Context, err error) bool {
	if ctx.Err() != nil && !errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var answer *bigin.Error
	if errors.As(err, &answer) {
		return answer.Status >= 500 || errors.Is(err, bigin.TooManyRequests)
	}
	return !definite(err) && !isOneOf(err, bigin.ErrNotImage, bigin.ErrProtocol, bigin.ErrRefused, bigin.ErrNoCredentials,
		bigin.ErrInsecureURL, bigin.ErrPanic, bigin.ErrClosed, context.Canceled)
}

// answered reports whether Bigin answered something other than that it is in
// trouble.
func answered(err error) bool {
	var answer *bigin.Error
	return errors.Is(err, bigin.ErrProtocol) || errors.As(err, &answer) && answer.Status < 500 && !errors.Is(err, bigin.TooManyRequests)
}

func isOneOf(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// guarded returns what load returns, or bigin.ErrPanic if it panics, so that those
// who wait for it are answered and the process goes on.
func guarded[V any](load func() (V, error)) (v V, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v\n%s", bigin.ErrPanic, r, debug.Stack())
		}
	}()
	return load()
}

// leftForGood reports whether an operation ended because its caller went away and
// not because it ran out of time: nobody will come back for what it asked for.
func leftForGood(ctx context.Context) bool {
	return ctx.Err() != nil && !errors.Is(context.Cause(ctx), context.DeadlineExceeded)
}
