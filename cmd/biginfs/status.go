package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/biginfs/biginfs/cache"
	"github.com/biginfs/biginfs/fs"
)

// statusWait is how long a mount may take to tell of itself.
const statusWait = 1500 * time.Millisecond

func (a *app) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status [flags] MOUNTPOINT",
		Short: "Tell how a mount does, and why something failed",
		Long: `Tell of a mount: its account and token, the API credits and calls, the cache
and what was read ahead, and the last failures in plain words with what to do.

It makes no call, and answers while every download hangs.`,
		Example: `  biginfs status ~/Bigin
  biginfs status --json ~/Bigin | jq .calls`,
		Args: exactly(1, "the MOUNTPOINT"),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		text, err := readReport(args[0])
		if err != nil {
			return err
		}
		if asJSON {
			a.print("%s", text)
			return nil
		}
		var r report
		if err := json.Unmarshal(text, &r); err != nil {
			return fmt.Errorf("status of %s: %w", args[0], err)
		}
		return r.write(a.out)
	}
	return cmd
}

// readReport asks the mount at dir for its report.
func readReport(dir string) ([]byte, error) {
	type answer struct {
		text []byte
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text := make([]byte, maxReport)
		n, err := unix.Getxattr(dir, fs.StatusAttr, text)
		done <- answer{text[:max(n, 0)], err}
	}()
	var err error
	select {
	case got := <-done:
		if got.err == nil {
			return got.text, nil
		}
		err = got.err
	case <-time.After(statusWait):
		return nil, fmt.Errorf("the mount at %s does not answer: end it with biginfs unmount %s and mount it again", dir, dir)
	}
	switch {
	case errors.Is(err, syscall.ENOTCONN), errors.Is(err, syscall.ECONNABORTED):
		return nil, fmt.Errorf("the biginfs that was mounted at %s is dead: mount it again, which clears it", dir)
	case errors.Is(err, syscall.ENOENT):
		return nil, fmt.Errorf("%w: %s: no such directory", fs.ErrMountpoint, dir)
	}
	return nil, fmt.Errorf("%w: %s: no account is mounted there%s", fs.ErrMountpoint, dir, whereElse())
}

// whereElse names the mounts there are.
func whereElse() string {
	dirs, err := fs.Mounts()
	if err != nil || len(dirs) == 0 {
		return "; biginfs mount mounts one"
	}
	return "; there is one at " + strings.Join(dirs, ", ")
}

// write prints the report for people.
func (r *report) write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	account := r.Profile
	if r.DataCenter != "" {
		account += ", data center " + r.DataCenter
	}
	if r.API != "" {
		account += ", " + r.API
	}
	row("account", "%s", account)
	row("mounted", "since %s", when(r.Mounted))
	row("token", "%s", r.Token.describe())
	if r.Token.Remedy != "" {
		row("", "to do: %s", r.Token.Remedy)
	}
	row("credits", "%s", r.credits())
	c := r.Calls
	row("calls", "%d photos, %d pages of listings, %d of changes, %d records; %d answered 429",
		c.PhotoCalls, c.ListCalls, c.ChangesCalls+c.DeletedCalls, c.RecordCalls, c.Throttled)
	row("at once", "%d of at most %d, %d waiting", c.InFlight, c.Concurrency, c.Waiting)
	if t := r.Desks; t != nil {
		row("all desks", "%d of them, %d of at most %d calls at once, %d calls in 24 hours", t.Desks, t.InFlight, t.Limit, t.Day)
	}
	m := r.Cache
	row("cache", "%d photos, %s of %s; %d found, %d fetched", m.Photos, sizeText(m.Bytes), sizeText(m.Size), m.Hits, m.Misses)
	for _, t := range r.Tiers {
		row(t.Name, "%s", tierText(t))
		if t.Problem != "" {
			row("", "of no use now: %s", t.Problem)
		}
	}
	row("read ahead", "%d photos, %d used, %d dropped unread", m.Ahead, m.AheadUsed, m.AheadWasted)
	if len(r.Failures) == 0 {
		row("failures", "none")
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the status: %w", err)
	}
	for i, f := range r.Failures {
		if i == 0 {
			fmt.Fprintf(out, "\nlast failures\n")
		}
		f.write(out)
	}
	return nil
}

func (f *explanation) write(out io.Writer) {
	times, code := "", ""
	if f.Times > 1 {
		times = fmt.Sprintf(", %d times", f.Times)
	}
	if f.Code != "" {
		code = ", " + f.Code
	}
	fmt.Fprintf(out, "  %s  %s %s: %s%s%s\n", when(f.Time), f.Op, f.Path, f.Errno, code, times)
	fmt.Fprintf(out, "      %s\n", f.Meaning)
	if f.Code == "" && f.Meaning != f.Error {
		fmt.Fprintf(out, "      in full: %s\n", f.Error)
	}
	if f.Remedy != "" {
		fmt.Fprintf(out, "      to do: %s\n", f.Remedy)
	}
}

func (t *tokenReport) describe() string {
	s := string(t.Status)
	if !t.Expiry.IsZero() && t.Error == "" {
		s += ", until " + when(t.Expiry)
	}
	if t.Error != "" {
		s += " since " + when(t.When) + ": " + t.Error
	}
	return s
}

func (r *report) credits() string {
	left := "more than half are left (Bigin tells the number only after that)"
	switch c := r.Calls; {
	case c.Credits >= 0:
		left = fmt.Sprintf("%d left", c.Credits)
	case c.Calls() == 0:
		left = "not known before the first call"
	}
	if r.CreditReserve > 0 {
		left += fmt.Sprintf("; %d are kept for others", r.CreditReserve)
	}
	return left
}

// tierText is what a tier holds and has done.
func tierText(t cache.TierStats) string {
	s := sizeText(t.Bytes)
	if t.Photos >= 0 {
		s = fmt.Sprintf("%d photos, %s", t.Photos, s)
	}
	if t.Size > 0 {
		s += " of " + sizeText(t.Size)
	}
	s += fmt.Sprintf("; %d found, %d not", t.Hits, t.Misses)
	if t.Damaged > 0 {
		s += fmt.Sprintf(" (%d damaged)", t.Damaged)
	}
	return s
}

// when is a time as people here read it.
func when(t time.Time) string {
	if t = t.Local(); t.Format(time.DateOnly) == time.Now().Format(time.DateOnly) {
		return t.Format(time.TimeOnly)
	}
	return t.Format(time.DateTime)
}

// sizeText is a number of bytes as people read it.
func sizeText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d kB", n/1000)
}
