package bigin_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/biginfs/biginfs/bigin"
)

func TestSecureURL(t *testing.T) {
	for raw, ok := range map[string]bool{
		"https://www.zohoapis.com":    true,
		"https://evil.example":        true,
		"http://localhost:8080/x":     true,
		"http://LOCALHOST":            true,
		"http://127.0.0.1:1":          true,
		"http://127.8.9.10":           true,
		"http://[::1]:80":             true,
		"http://[::ffff:127.0.0.1]":   true,
		"http://www.zohoapis.com":     false,
		"http://128.0.0.1":            false,
		"http://127.0.0.1.nip.io":     false,
		"http://localhost.evil":       false,
		"http://localhost@evil":       false,
		"http://[::2]":                false,
		"ftp://localhost":             false,
		"//localhost":                 false,
		"https://":                    false,
		"https:///oauth":              false,
		"":                            false,
		"http://0.0.0.0":              false,
		"http://2130706433":           false,
		"unix:///run/sock":            false,
		"http://evil.example/#@[::1]": false,
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := bigin.SecureURL(u); (err == nil) != ok || err != nil && !errors.Is(err, bigin.ErrInsecureURL) {
			t.Errorf("%q: %v", raw, err)
		}
	}
	if bigin.SecureURL(nil) == nil {
		t.Error("nil is secure")
	}
}
