package bigin

import (
	"fmt"
	"log/slog"
	"runtime/debug"
)

// guard turns a panic of f into ErrPanic, so that those who wait for f are
// answered and the process goes on. The log says where it happened, but not its
// value, which may hold a secret.
func guard(log *slog.Logger, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("panic", "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = ErrPanic
		}
	}()
	return f()
}
