package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// errSignal is the cause of a context that a signal ended.
var errSignal = errors.New("interrupted")

// hangupRefreshes is set once SIGHUP no longer ends the program.
var hangupRefreshes atomic.Bool

// untilSignal returns a context that ends with the first signal to end. A second
// one ends the program at once.
func untilSignal(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		signals = append(signals, syscall.SIGHUP)
	}
	c := make(chan os.Signal, 2)
	signal.Notify(c, signals...)
	go func() {
		for sig := range c {
			if sig == syscall.SIGHUP && hangupRefreshes.Load() {
				continue
			}
			if ctx.Err() != nil {
				os.Exit(exitFailure)
			}
			cancel(errSignal)
		}
	}()
	return ctx, func() { signal.Stop(c); close(c); cancel(nil) }
}

// outliveReaders keeps the program alive when whoever reads its log goes away:
// ending then would leave a dead mount.
func outliveReaders() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
