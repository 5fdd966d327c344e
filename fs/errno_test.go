package fs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"syscall"
	"testing"

	"github.com/biginfs/biginfs/bigin"
)

// What a program reads for each cause, and how loud the log is about it.
var table = []struct {
	err   error
	errno syscall.Errno
	level string // "" where it is no failure
}{
	{&bigin.Error{Status: 400, Code: bigin.InvalidModule}, syscall.ENOENT, ""},
	{&bigin.Error{Status: 404, Code: bigin.InvalidURLPattern}, syscall.ENOENT, ""},
	{&bigin.Error{Status: 400, Code: bigin.InvalidData}, syscall.ENOENT, ""},
	{bigin.ErrNoPhoto, syscall.ENOENT, ""},
	{bigin.ErrNoRecord, syscall.ENOENT, ""},
	{errInterrupted, syscall.EINTR, ""},
	{fmt.Errorf("%w: %w", bigin.ErrAbandoned, errInterrupted), syscall.EINTR, ""},
	{&bigin.Error{Status: 401, Code: bigin.OAuthScopeMismatch}, syscall.EACCES, "WARN"},
	{&bigin.Error{Status: 403, Code: bigin.NoPermission}, syscall.EACCES, "WARN"},
	{&bigin.Error{Status: 400, Code: bigin.AuthorizationFailed}, syscall.EACCES, "WARN"},
	{&bigin.Error{Status: 401, Code: bigin.InvalidToken}, syscall.EACCES, "WARN"},
	{&bigin.Error{Status: 401, Code: bigin.AuthenticationFailure}, syscall.EACCES, "WARN"},
	{&bigin.Error{Status: 401, Code: bigin.InvalidOAuthToken}, syscall.EACCES, "WARN"},
	{&bigin.AuthError{Op: "refresh", Code: "invalid_code", Err: bigin.ErrRefused}, syscall.EACCES, "WARN"},
	{bigin.ErrNoCredentials, syscall.EACCES, "WARN"},
	{&bigin.AuthError{Op: "refresh", Err: bigin.ErrManyGrants}, syscall.EACCES, "WARN"},
	{&bigin.Error{Status: 429, Code: bigin.TooManyRequests}, syscall.EDQUOT, "WARN"},
	{&bigin.Error{Status: 429}, syscall.EDQUOT, "WARN"},
	{bigin.ErrReserve, syscall.EDQUOT, "WARN"},
	{bigin.ErrTooLarge, syscall.EFBIG, "WARN"},
	{bigin.ErrChanged, syscall.ESTALE, "WARN"},
	{&bigin.Error{Status: 500, Code: bigin.InternalError}, syscall.EIO, "WARN"},
	{&bigin.Error{Status: 502}, syscall.EIO, "WARN"},
	{&bigin.Error{Status: 400, Code: bigin.RecordLocked}, syscall.EIO, "WARN"},
	{bigin.ErrCutShort, syscall.EIO, "WARN"},
	{syscall.ECONNREFUSED, syscall.EIO, "WARN"}, // an errno of ours, not the program's
	{syscall.ENOENT, syscall.EIO, "WARN"},       // unreachable is not deleted
	{syscall.EAGAIN, syscall.EIO, "WARN"},       // Python would read None
	{errors.New("something else"), syscall.EIO, "WARN"},
	{context.Canceled, syscall.EIO, "WARN"},
	{&bigin.Error{Status: 400, Code: bigin.InvalidRequestMethod}, syscall.EIO, "ERROR"},
	{bigin.ErrNotImage, syscall.EIO, "ERROR"},
	{bigin.ErrProtocol, syscall.EIO, "ERROR"},
	{bigin.ErrPanic, syscall.EIO, "ERROR"},
	{context.DeadlineExceeded, syscall.ETIMEDOUT, "WARN"},
	{bigin.ErrSilent, syscall.ETIMEDOUT, "WARN"},
}

func TestErrno(t *testing.T) {
	for _, row := range table {
		for _, err := range []error{row.err, fmt.Errorf("photo Contacts/7: %w", row.err)} {
			var log bytes.Buffer
			tree := &tree{Options: Options{Log: slog.New(slog.NewTextHandler(&log, nil))}}
			if got := tree.fail("read", "/Contacts/7/photo.jpg", err); got != row.errno {
				t.Errorf("%v is %v, want %v", err, got, row.errno)
			}
			if said := log.String(); row.level == "" && said != "" || !strings.Contains(said, "level="+row.level) && row.level != "" || strings.Count(said, "\n") > 1 {
				t.Errorf("for %v the log says %q, want one line of level %q", err, said, row.level)
			}
			if n := len(tree.failures.last()); n == 1 != (row.level != "") {
				t.Errorf("%d failures are remembered of %v", n, err)
			}
		}
	}
}

// All that Bigin may answer by its own page has an errno of its own.
func TestErrnoOfEachDocumentedError(t *testing.T) {
	for _, d := range bigin.DocumentedErrors() {
		listed := false
		for _, row := range errnos {
			listed = listed || errors.Is(d.Code, row.cause)
		}
		if !listed {
			t.Errorf("%s is not in the table", d.Code)
		}
	}
}

// The log and the status say what the page of Bigin says to do.
func TestFailureTellsTheResolution(t *testing.T) {
	var log bytes.Buffer
	tree := &tree{Options: Options{Log: slog.New(slog.NewTextHandler(&log, nil))}}
	err := &bigin.Error{Status: 403, Code: bigin.NoPermission, Message: "Permission denied to download images"}
	_ = tree.fail("lookup", "/Contacts/7/photo.jpg", fmt.Errorf("photo Contacts/7: %w", err))
	f := tree.failures.last()[0]
	if f.Op != "lookup" || f.Path != "/Contacts/7/photo.jpg" || f.Errno != "EACCES" || f.Code != "NO_PERMISSION" || f.Resolution != err.Resolution() || f.Resolution == "" || f.Time.IsZero() {
		t.Errorf("%+v", f)
	}
	for _, want := range []string{"op=lookup", "path=/Contacts/7/photo.jpg", "errno=EACCES", "code=NO_PERMISSION", "status=403", "resolution="} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q: %s", want, &log)
		}
	}

	_ = tree.fail("list", "/Contacts", &bigin.AuthError{Op: "refresh", Code: "invalid_client", Hint: "see the id", Err: bigin.ErrRefused})
	if f := tree.failures.last()[0]; f.Code != "invalid_client" || f.Resolution != "see the id" {
		t.Errorf("%+v", f)
	}
	_ = tree.fail("list", "/Contacts", &bigin.AuthError{Op: "refresh", Hint: "wait", Err: bigin.ErrManyGrants}) // HTTP 429
	if f := tree.failures.last()[0]; f.Code != "Access Denied" || f.Resolution != "wait" {
		t.Errorf("%+v", f)
	}
}
