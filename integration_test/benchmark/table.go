package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// table is what is printed, line by line as it is known.
type table struct {
	w     io.Writer
	quick bool
	begun time.Time
}

// widths of the columns. Numbers stand to the right.
var widths = []int{-28, 9, 9, -26, 8, 10, 7, 9}

func (t *table) row(columns ...string) {
	var b strings.Builder
	for i, c := range columns {
		if i >= len(widths) {
			b.WriteString("  " + c)
			continue
		}
		pad := strings.Repeat(" ", max(0, max(widths[i], -widths[i])-utf8.RuneCountInString(c)))
		if widths[i] < 0 {
			b.WriteString("  " + c + pad)
		} else {
			b.WriteString("  " + pad + c)
		}
	}
	fmt.Fprintln(t.w, strings.TrimRight(b.String(), " "))
}

func (t *table) begin() {
	t.begun = time.Now()
	fmt.Fprintf(t.w, "%d CPUs, load %s. Ratios are biginfs : baseline; times are for information.\n", runtime.NumCPU(), load())
	if t.quick {
		fmt.Fprintln(t.w, "Quick: with so little work what each start costs weighs too much, and the figures do not hold.")
	}
	fmt.Fprintln(t.w)
	t.row("work", "biginfs", "baseline", "", "ratio", "figure", "calls", "at once")
}

func (t *table) title(r row) { fmt.Fprintf(t.w, "\n%s: %s (load %s)\n", r.name, r.title, load()) }

func (t *table) lines(lines []line) {
	for _, l := range lines {
		t.line(l)
	}
}

func (t *table) line(l line) {
	if l.note != "" {
		t.row(l.work, l.note)
		return
	}
	calls, most, bound := "", "", ""
	if l.calls != nil {
		calls, most = strconv.Itoa(l.calls.Calls), strconv.Itoa(l.calls.Most)
	}
	if l.figure != (quantity{}) {
		bound = "≤ " + l.figure.String()
	}
	t.row(l.work, l.ours.String(), l.base.String(), l.baseline, l.ratio.String(), bound, calls, most, l.verdict())
}

// verdict says whether the figures are met, and which are not.
func (l line) verdict() string {
	v := "ok"
	missed := l.missed()
	switch {
	case len(missed) > 0:
		v = "MISSED: " + strings.Join(missed, "; ")
	case l.figure == (quantity{}) && len(l.checks) == 0:
		v = ""
	}
	if l.runs > 1 && l.ratio != (quantity{}) {
		v = strings.TrimLeft(fmt.Sprintf("%s (median of %d, least %v)", v, l.runs, l.least), " ")
	}
	return v
}

func (t *table) failure(err error) {
	fmt.Fprintf(t.w, "  COULD NOT BE MEASURED: %s\n", strings.ReplaceAll(err.Error(), "\n", "\n    "))
}

func (t *table) end() {
	fmt.Fprintf(t.w, "\n%v, load %s.\n", time.Since(t.begun).Round(time.Second), load())
}

// load is how busy the machine was in the last minute.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if f := strings.Fields(string(b)); err == nil && len(f) > 0 {
		return f[0]
	}
	return "unknown"
}
