package fs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"syscall"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"golang.org/x/sys/unix"
)

// errInterrupted ends an operation whose caller is about to die.
var errInterrupted = errors.New("the caller was interrupted")

// errUnlisted says that a module exists and cannot be listed.
var errUnlisted = errors.New("the module cannot be listed")

// errnos maps causes to what a program sees. The first row that matches wins,
// and a cause without one is EIO. Never EAGAIN: Python's read then returns None
// instead of raising an exception.
var errnos = []struct {
	cause error
	errno syscall.Errno
}{
	{errInterrupted, syscall.EINTR},
	{errUnlisted, syscall.EIO},
	{context.DeadlineExceeded, syscall.ETIMEDOUT}, // also of a body that was cut by it
	{bigin.ErrSilent, syscall.ETIMEDOUT},

	{bigin.ErrNoPhoto, syscall.ENOENT},
	{bigin.ErrNoRecord, syscall.ENOENT},
	{bigin.InvalidModule, syscall.ENOENT},
	{bigin.InvalidURLPattern, syscall.ENOENT},
	{bigin.InvalidData, syscall.ENOENT},

	{bigin.NoPermission, syscall.EACCES},
	{bigin.AuthorizationFailed, syscall.EACCES},
	{bigin.OAuthScopeMismatch, syscall.EACCES},
	{bigin.InvalidToken, syscall.EACCES}, // these three: even after a refresh
	{bigin.AuthenticationFailure, syscall.EACCES},
	{bigin.InvalidOAuthToken, syscall.EACCES},
	{bigin.ErrRefused, syscall.EACCES},
	{bigin.ErrNoCredentials, syscall.EACCES},
	{bigin.ErrManyGrants, syscall.EACCES},

	{bigin.TooManyRequests, syscall.EDQUOT},
	{bigin.ErrReserve, syscall.EDQUOT},
	{bigin.ErrTooLarge, syscall.EFBIG},
	{bigin.ErrChanged, syscall.ESTALE},

	{bigin.InternalError, syscall.EIO},
	{bigin.ErrCutShort, syscall.EIO},
	{bigin.ErrNotImage, syscall.EIO},
	{bigin.ErrProtocol, syscall.EIO},
	{bigin.InvalidRequestMethod, syscall.EIO},
}

// toErrno returns the errno that a program sees.
func toErrno(err error) syscall.Errno {
	for _, row := range errnos {
		if errors.Is(err, row.cause) {
			return row.errno
		}
	}
	return syscall.EIO
}

// ours are causes of EIO that point to a fault of this program or of Bigin
// rather than of the network.
var ours = []error{bigin.InvalidRequestMethod, bigin.ErrNotImage, bigin.ErrProtocol, bigin.ErrPanic}

// failList is fail for the listing of a directory that is there. It is never
// ENOENT: the C library takes that for the end of the directory, and rsync
// --delete would empty the backup.
func (t *tree) failList(path string, err error) syscall.Errno {
	if toErrno(err) == syscall.ENOENT {
		err = fmt.Errorf("%w: %w", errUnlisted, err)
	}
	return t.fail("list", path, err)
}

// fail logs why an operation failed, once, and returns its errno. It is no failure
// if something does not exist, or the caller was interrupted.
func (t *tree) fail(op, path string, err error) syscall.Errno {
	errno := toErrno(err)
	level := slog.LevelWarn
	switch errno {
	case syscall.ENOENT, syscall.EINTR:
		level = slog.LevelDebug
	case syscall.EIO:
		for _, cause := range ours {
			if errors.Is(err, cause) {
				level = slog.LevelError
			}
		}
	}
	failure := Failure{Time: time.Now(), Op: op, Path: path, Errno: unix.ErrnoName(errno), Error: err.Error()}
	attrs := []slog.Attr{
		slog.String("op", op), slog.String("path", path),
		slog.String("errno", failure.Errno), slog.String("error", failure.Error),
	}
	var answer *bigin.Error
	if errors.As(err, &answer) {
		failure.Code, failure.Resolution = string(answer.Code), answer.Resolution()
		attrs = append(attrs, slog.String("code", failure.Code), slog.Int("status", answer.Status))
		if failure.Resolution != "" {
			attrs = append(attrs, slog.String("resolution", failure.Resolution))
		}
	}
	var auth *bigin.AuthError
	if errors.As(err, &auth) {
		failure.Code, failure.Resolution = auth.Code, auth.Hint
		if errors.Is(auth, bigin.ErrManyGrants) {
			failure.Code = "Access Denied" // even where it was an HTTP status that said so
		}
	}
	t.Log.LogAttrs(context.Background(), level, "operation failed", attrs...)
	if level > slog.LevelDebug {
		t.failures.add(failure)
	}
	return errno
}
