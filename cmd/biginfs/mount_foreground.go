package main

import (
	"os"
	"os/signal"
	"syscall"
)

// stayInForeground keeps a terminal from stopping this process until leave is
// called: everybody who looks at the mount would hang while it is stopped.
func (a *app) stayInForeground() (leave func()) {
	signal.Ignore(syscall.SIGTTIN, syscall.SIGTTOU) // what stty tostop sends
	pressed := make(chan os.Signal, 1)
	signal.Notify(pressed, syscall.SIGTSTP)
	go func() {
		for range pressed {
			a.note("Ctrl-Z does nothing here: whoever uses the mount would hang. For a mount that leaves the terminal free, press Ctrl-C and add --background.")
		}
	}()
	return func() {
		signal.Stop(pressed)
		close(pressed)
		signal.Reset(syscall.SIGTTIN, syscall.SIGTTOU)
	}
}
