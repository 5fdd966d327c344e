package bigin

import (
	"fmt"
	"log/slog"
	"runtime/debug"
)

// guard turns a panic of f into ErrPanic: those who wait must not wait forever,
// nor the process end. The log says where it happened, but not its value, which
// may hold a secret.
func guard(log *slog.Logger, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("panic", "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = ErrPanic
		}
	}()
	return f()
}
