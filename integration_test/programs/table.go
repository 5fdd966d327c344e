package main

import (
	"fmt"
	"io"
	"strings"
)

const head = `# Programs on a mount

What programs that nobody here wrote do with the photos of an account, and how many API calls it costs. This page is made by

` + "```sh\ngo run ./integration_test/programs >.github/PROGRAMS.md\n```" + `

which anyone can run again: it takes the programs that are installed, and compares every byte they read.

The account has %d contacts, %d of them with a photo. Each line begins with nothing remembered. *First* counts all calls from
the mount on, *again* the same once more within a minute, *remount* the same after mounting again. Later than a
minute, a visit *again* costs up to 2 calls more. ` + "With `--cache-dir` a *remount* reads no photo again." + `

| program | what it did | bytes right | first | again | remount | what to know |
|---|---|---|--:|--:|--:|---|
`

// write writes the page.
func write(w io.Writer, results []result) error {
	var b strings.Builder
	fmt.Fprintf(&b, head, people, photos)
	var missing []string
	for _, r := range results {
		name := strings.TrimSpace(r.program + " " + r.version)
		switch {
		case !r.installed:
			missing = append(missing, fmt.Sprintf("%s (%s)", r.program, r.does))
		case r.err != nil:
			fmt.Fprintf(&b, "| %s | %s | **failed** | | | | |\n", name, r.does)
		default:
			fmt.Fprintf(&b, "| %s | %s | %s | %d | %d | %d | %s |\n", name, r.does, r.bytes, r.calls[0], r.calls[1], r.calls[2], r.know)
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(&b, "\nNot installed here, and not tried: %s.\n", strings.Join(missing, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
