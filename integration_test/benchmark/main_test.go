package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/integration_test/need"
	"github.com/biginfs/biginfs/integration_test/sweep"
)

// TestMain lets the test be its own server, as the program is.
func TestMain(m *testing.M) {
	sweep.Main()
	if len(os.Args) > 1 && os.Args[1] == serveCommand {
		os.Exit(serve())
	}
	code := m.Run()
	need.Report()
	os.Exit(code)
}

// The benchmark must go on working while the program changes. Figures do not
// matter here.
func TestQuick(t *testing.T) {
	for _, row := range []struct {
		name  string
		needs []string
		lines []string
	}{
		{"cold", []string{"curl", "rsync"}, []string{"cp -r", "tar -c", "rsync -a"}},
		{"stream", nil, []string{"first 4 kB"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			need.FUSE(t)
			for _, program := range row.needs {
				need.Program(t, program)
			}
			var out, errs bytes.Buffer
			if code := run([]string{"-quick", "-only", "^" + row.name + "$"}, &out, &errs); code != 0 {
				t.Fatalf("exit code %d\n%s%s", code, out.String(), errs.String())
			}
			for _, want := range row.lines {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no line for %q in\n%s", want, out.String())
				}
			}
		})
	}
}

func TestVerdict(t *testing.T) {
	times := func(n float64) quantity { return quantity{n, timesUnit} }
	for _, test := range []struct {
		name   string
		sample sample
		want   string
	}{
		{"met", sample{ratio: times(1.15), figure: times(1.15)}, "ok"},
		{"missed", sample{ratio: times(1.151), figure: times(1.15)}, "MISSED: 1.151 ×"},
		{"no ratio", sample{ours: quantity{61e6, bytesUnit}, figure: quantity{60e6, bytesUnit}}, "MISSED: 61 MB"},
		{"count", sample{checks: []check{{"calls", 311, 310}}}, "MISSED: 311 calls, not ≤ 310"},
		{"information", sample{ratio: times(9)}, ""},
	} {
		if got := (line{sample: test.sample, runs: 1}).verdict(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestMergeTakesMedianAndLargestCount(t *testing.T) {
	run := func(ratio float64, calls int) []sample {
		return []sample{{ratio: quantity{ratio, timesUnit}, calls: &counts{Calls: calls}, checks: []check{{"calls", calls, 5}}}}
	}
	lines := merge([][]sample{run(3, 4), run(1, 6), run(2, 5)})
	if len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	l := lines[0]
	if l.ratio.n != 2 || l.least.n != 1 || l.calls.Calls != 6 || l.checks[0].got != 6 {
		t.Errorf("ratio %v, least %v, calls %d, checks %v", l.ratio, l.least, l.calls.Calls, l.checks)
	}
}

// A check that depends on how long a run took is compared with the figure of its
// own run.
func TestMergeOfChecks(t *testing.T) {
	run := func(got, most int) []sample { return []sample{{checks: []check{{"calls", got, most}}}} }
	for _, c := range []struct {
		runs [][]sample
		want check
	}{
		{[][]sample{run(2, 2), run(6, 6), run(4, 4)}, check{"calls", 2, 2}},
		{[][]sample{run(6, 6), run(4, 2), run(5, 6)}, check{"calls", 4, 2}},
	} {
		if got := merge(c.runs)[0].checks[0]; got != c.want {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
}
