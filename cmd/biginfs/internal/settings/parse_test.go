package settings

import "testing"

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"500000": 500_000, "64MiB": 64 << 20, "1GB": 1e9, "1.5k": 1536, "2 gib": 2 << 30, "10B": 10, "3T": 3 << 40,
	} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MiB", "-1", "0", "1XB", "1e30", "NaN", "Inf", "1MiBs", "0x10"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}
