package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
)

// refreshReport is what a refresh found. biginfs refresh --json prints it as JSON,
// so names are never reused.
type refreshReport struct {
	Modules []moduleRefresh `json:"modules"`
	Error   string          `json:"error,omitempty"` // why not all could be renewed
}

// moduleRefresh is what changed in a module.
type moduleRefresh struct {
	Module  bigin.Module `json:"module"`
	Renewed bool         `json:"renewed"` // false: nothing was known of it, or it failed
	Added   ids          `json:"added"`
	Changed ids          `json:"changed"`
	Removed ids          `json:"removed"`
}

// ids are some records.
type ids struct {
	Count int      `json:"count"`
	First []string `json:"first"` // at most mostIDs
}

const mostIDs = 100

func someIDs(all []bigin.RecordID) ids {
	some := ids{len(all), []string{}}
	for _, id := range all[:min(len(all), mostIDs)] {
		some.First = append(some.First, id.String())
	}
	return some
}

// refresher renews what a mount knows.
type refresher struct {
	memory *cache.Cache
	log    *slog.Logger
}

// json renews what is known, and returns what changed.
func (r *refresher) json(ctx context.Context) []byte {
	text, err := json.Marshal(r.refresh(ctx))
	if err != nil {
		return []byte("{}") // no field can fail
	}
	return text
}

func (r *refresher) refresh(ctx context.Context) refreshReport {
	changes, err := r.memory.Refresh(ctx)
	var out refreshReport
	for _, m := range bigin.Modules() {
		ch, ok := changes[m]
		out.Modules = append(out.Modules, moduleRefresh{m, ok, someIDs(ch.Added), someIDs(ch.Changed), someIDs(ch.Removed)})
		if ok {
			r.log.Info("refreshed", "module", m, "added", len(ch.Added), "changed", len(ch.Changed), "removed", len(ch.Removed))
		}
	}
	if err != nil {
		r.log.Error("refresh", "error", err)
		out.Error = err.Error()
	}
	return out
}

// onHangup renews at each SIGHUP until ctx ends, unless there is a terminal that
// would send it when it is closed.
func (r *refresher) onHangup(ctx context.Context) {
	if hasTerminal() {
		return
	}
	hangups := make(chan os.Signal, 1)
	hangupRefreshes.Store(true)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		defer signal.Stop(hangups)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangups:
				r.refresh(ctx)
			}
		}
	}()
}

// hasTerminal reports whether this process has a terminal, whose end would end it.
func hasTerminal() bool {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err == nil {
		_ = tty.Close()
	}
	return err == nil
}
