package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/biginfs/biginfs/cache"
)

// write prints the report for people.
func (r *report) write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) { tableRow(w, name, fmt.Sprintf(format, args...)) }
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
	row("calls", "%d photos, %d pages of listings, %d of changes, %d records",
		c.PhotoCalls, c.ListCalls, c.ChangesCalls+c.DeletedCalls, c.RecordCalls)
	row("at once", "%d of at most %d, %d waiting; %d were too many (429)", c.InFlight, c.Concurrency, c.Waiting, c.Throttled)
	if !c.PausedUntil.IsZero() && time.Now().Before(c.PausedUntil) {
		row("", "none before %s: Bigin asked for a pause", when(c.PausedUntil))
	}
	if t := r.Desks; t != nil {
		row("all desks", "%d of them, %d of at most %d calls at once, %d calls in 24 hours", t.Desks, t.InFlight, t.Limit, t.Day)
	}
	m := r.Cache
	for _, x := range m.Modules {
		row(string(x.Module), "%s", moduleText(x))
		if x.AsOf.IsZero() {
			continue
		}
		if !x.Believed {
			row("", "new photos do not show in its records, so each photo is asked for after --content-ttl")
		}
		if !x.Deleted {
			row("", "Bigin did not say what was removed: that shows once it does, or with the next full listing")
		}
	}
	row("cache", "%d photos, %s of %s; %d found, %d fetched", m.Photos, sizeText(m.Bytes), sizeText(m.Size), m.Hits, m.Misses)
	for _, t := range r.Tiers {
		row(t.Name, "%s", tierText(t))
		if t.Problem != "" {
			row("", "of no use now: %s", t.Problem)
		}
	}
	row("read ahead", "%d photos, %d used, %d dropped unread", m.Ahead, m.AheadUsed, m.AheadWasted)
	for i, line := range downloading(m) {
		row([]string{"downloading", ""}[min(i, 1)], "%s", line)
	}
	if r.Log != "" {
		row("log", "%s", r.Log)
	}
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
	fmt.Fprintln(out, printable("  %s  %s %s: %s%s%s", when(f.Time), f.Op, f.Path, f.Errno, code, times))
	fmt.Fprintln(out, printable("      %s", f.Meaning))
	if f.Code == "" && f.Meaning != f.Error {
		fmt.Fprintln(out, printable("      in full: %s", f.Error))
	}
	if f.Remedy != "" {
		fmt.Fprintln(out, printable("      to do: %s", f.Remedy))
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

// tableRow writes a row of a table whose cells may be foreign.
func tableRow(w io.Writer, cells ...string) {
	for i := range cells {
		cells[i] = visible(cells[i])
	}
	fmt.Fprintln(w, strings.Join(cells, "\t"))
}

// moduleText is what is known of a module, and as of when.
func moduleText(m cache.ModuleStats) string {
	s := "being listed for the first time"
	if !m.AsOf.IsZero() {
		s = fmt.Sprintf("%d records, %d with a photo, as of %s", m.Records, m.Photos, when(m.AsOf))
		if m.How != "" {
			s += " (by " + m.How + ")"
		}
		if m.Loading {
			s += "; being listed again"
		}
	}
	return s
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

// shownDownloads is how many photos on their way people are shown.
const shownDownloads = 5

// downloading is what is being downloaded, in lines.
func downloading(s cache.Stats) []string {
	if s.Downloading == 0 {
		return []string{"nothing"}
	}
	var lines []string
	for _, d := range s.Downloads[:min(len(s.Downloads), shownDownloads)] {
		much := "no answer yet"
		if d.Size >= 0 {
			much = sizeText(d.Arrived) + " of " + sizeText(d.Size)
		}
		line := fmt.Sprintf("%s: %s, since %s", d.Photo, much, when(d.Began))
		if d.Ahead {
			line += ", read ahead"
		}
		lines = append(lines, line)
	}
	if more := s.Downloading - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return lines
}

// when is a time as people read it, by the local clock.
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
