package main

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"Ada Lovelace, 李, Ωμέγα, naïve 😀": "Ada Lovelace, 李, Ωμέγα, naïve 😀",
		"\x1b[2J\x1b]0;owned\a":           `\u001b[2J\u001b]0;owned\u0007`,
		"a\nb\tc\r\x7f":                   `a\u000ab\u0009c\u000d\u007f`,
		"\u009b31m":                       `\u009b31m`,
		"gpj.\u202egnp":                   `gpj.\u202egnp`,
		"\u2066x\u2069\u200f\u2028":       `\u2066x\u2069\u200f\u2028`,
		"bad \xff\xfe":                    `bad \ufffd\ufffd`,
		"\U000E0041":                      `\udb40\udc41`,
		"":                                "",
	} {
		if got := visible(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
		if visible(want) != want {
			t.Errorf("%q is changed again", want)
		}
	}
	if got := printable("%-4s|%d|%v", severity("\x1b"), 7, errors.New("\u202e")); got != `\u001b|7|\u202e` {
		t.Errorf("%q", got)
	}
	in := map[string]string{"path": "\u009b\u202e\x1b\x7f\U000E0041é"}
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]string
	if err := json.Unmarshal([]byte(visible(string(raw))), &back); err != nil || back["path"] != in["path"] {
		t.Errorf("JSON does not come back: %q, %v", back, err)
	}
}
