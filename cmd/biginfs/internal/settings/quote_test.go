package settings

import "testing"

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{"/tmp/a-b": "/tmp/a-b", "my dir": "'my dir'", "it's": `'it'\''s'`, "": "''", "a;b": "'a;b'"} {
		if got := Quoted(word); got != want {
			t.Errorf("%q is quoted %s, want %s", word, got, want)
		}
	}
}
