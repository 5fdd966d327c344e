package settings

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"us", "eu", "attr_ttl", "negative_ttl", "cache_size", "mount", "unmount"}
	for typed, want := range map[string]string{
		"ue": "eu", "EU ": "eu", "atr-ttl": "attr_ttl", "cache": "cache_size", "mout": "mount", "umount": "mount", "frobnicate": "", "mars": "", "x": "",
	} {
		if got, _ := nearest(typed, names); got != want {
			t.Errorf("%q is near %q, want %q", typed, got, want)
		}
	}
}
