package main

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible makes a text from elsewhere, such as the name of a record or the answer
// of a server, safe for a terminal: characters that would control it, or change
// the order of what it shows, are escaped as in JSON.
func visible(text string) string {
	if utf8.ValidString(text) && strings.IndexFunc(text, steers) < 0 {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			b.WriteString(`\ufffd`)
		case !steers(r):
			b.WriteRune(r)
		case r > 0xffff: // a tag; JSON wants it in two
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// visibleLines makes each line that is written to it visible. A handler of slog
// writes a line at a time. That of JSON leaves DEL and the control characters
// beyond ASCII as they are, which some terminals obey.
type visibleLines struct{ to io.Writer }

func (v visibleLines) Write(line []byte) (int, error) {
	text, end := strings.CutSuffix(string(line), "\n")
	text = visible(text)
	if end {
		text += "\n"
	}
	if _, err := io.WriteString(v.to, text); err != nil {
		return 0, err
	}
	return len(line), nil
}

// steers reports whether a character shows nothing itself: a control character, a
// change of the direction of writing, or the end of a line.
func steers(r rune) bool { return !unicode.IsGraphic(r) }

// printable is Sprintf where each argument is made visible.
func printable(format string, args ...any) string {
	shown := make([]any, len(args))
	for i, arg := range args {
		shown[i] = arg
		switch v := arg.(type) {
		case error:
			shown[i] = visible(v.Error())
		case fmt.Stringer:
			shown[i] = visible(v.String())
		default:
			if v := reflect.ValueOf(arg); v.Kind() == reflect.String {
				shown[i] = visible(v.String())
			}
		}
	}
	return fmt.Sprintf(format, shown...)
}
