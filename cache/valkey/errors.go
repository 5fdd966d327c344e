package valkey

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	vk "github.com/valkey-io/valkey-go"
)

// Why a server cannot be used. The errors of this package match one of them by
// errors.Is.
var (
	ErrUnreachable = errors.New("the server cannot be reached")
	ErrSlow        = errors.New("the server does not answer in time")
	ErrPassword    = errors.New("the server refuses the password")
	ErrCertificate = errors.New("the server's certificate is not trusted")
	ErrNonsense    = errors.New("the server does not answer as Valkey or Redis does")
	ErrRefused     = errors.New("the server refuses what is asked")
	ErrFull        = errors.New("the server's memory is full")
)

// errDown means that the server was not asked.
var errDown = errors.New("the server is not asked before a probe is answered")

// diagnose tells what an error of the client means. It is nil if the server is not
// at fault.
func diagnose(err error) error {
	var answer *vk.ValkeyError
	var refused *net.OpError
	var record tls.RecordHeaderError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil, vk.IsValkeyNil(err), errors.Is(err, context.Canceled):
		return nil
	case errors.As(err, &answer):
		return diagnoseAnswer(answer)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return ErrSlow
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid):
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	case errors.As(err, &record):
		return fmt.Errorf("%w: it does not speak TLS", ErrNonsense)
	case errors.Is(err, ErrNonsense), vk.IsParseErr(err):
		return ErrNonsense
	case errors.As(err, &refused):
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	case errors.Is(err, vk.ErrClosing):
		return errDown
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// diagnoseAnswer tells what an error means that the server answered with. Its first
// word is a code.
//
// https://valkey.io/topics/protocol/#simple-errors
func diagnoseAnswer(err *vk.ValkeyError) error {
	code, _, _ := strings.Cut(err.Error(), " ")
	switch code {
	case "OOM":
		return ErrFull
	case "NOAUTH", "WRONGPASS":
		return ErrPassword
	case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN":
		return ErrSlow
	}
	return fmt.Errorf("%w: %s", ErrRefused, clean(err.Error()))
}

// kind returns which of the errors of this package err is.
func kind(err error) error {
	for _, k := range []error{ErrUnreachable, ErrSlow, ErrPassword, ErrCertificate, ErrNonsense, ErrRefused, ErrFull} {
		if errors.Is(err, k) {
			return k
		}
	}
	return nil
}

// clean makes a text from the server fit for a line of a log.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r > 0x7e {
			return '?'
		}
		return r
	}, text)
	return text[:min(len(text), 200)]
}
