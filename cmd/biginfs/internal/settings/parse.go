package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// The parsers of settings. Each error ends a sentence that begins with the name of
// the setting, and shows what would be right.

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration; write it like 30s, 5m or 1h30m", text)
	}
	return d, nil
}

func parsePositiveDuration(text string) (time.Duration, error) {
	d, err := parseDuration(text)
	if err == nil && d < time.Millisecond {
		return 0, fmt.Errorf("%q is too short; write it like 30s", text)
	}
	return d, err
}

var sizeUnits = map[string]float64{
	"": 1, "B": 1,
	"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
	"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40,
	"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
}

func parseSize(text string) (int64, error) {
	number := strings.TrimRight(text, "BbIiKkMmGgTt ")
	unit, ok := sizeUnits[strings.ToUpper(strings.TrimSpace(text[len(number):]))]
	n, err := strconv.ParseFloat(number, 64)
	switch {
	case !ok, err != nil, math.IsNaN(n), n < 0, n*unit >= math.MaxInt64:
		return 0, fmt.Errorf("%q is not a size; write it like 64MiB, 1GB or 500000", text)
	case n*unit < 1:
		return 0, fmt.Errorf("%q is too small; write it like 64MiB", text)
	}
	return int64(n * unit), nil
}

func parseCount(text string, least, most uint64) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%q is not a number from %d to %d", text, least, most)
	}
	return n, nil
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", text)
}

// parseByName also takes what by-name was before there were files: true and false.
func parseByName(text string) (string, error) {
	if on, err := parseBool(text); err == nil {
		if on {
			return "links", nil
		}
		return "off", nil
	}
	return parseChoice(text, byNames...)
}

var byNames = []string{"links", "files", "off"}

// parseChoice returns the choice that the text names, in any case.
func parseChoice(text string, choices ...string) (string, error) {
	for _, c := range choices {
		if strings.EqualFold(c, text) {
			return c, nil
		}
	}
	known := strings.Join(choices, ", ")
	if best, ok := nearest(text, choices); ok {
		return "", fmt.Errorf("%q is unknown; did you mean %s? (known: %s)", text, best, known)
	}
	return "", fmt.Errorf("%q is unknown (known: %s)", text, known)
}

func parseDataCenter(text string) (bigin.DataCenter, error) {
	name, err := parseChoice(text, bigin.DataCenterNames()...)
	if err != nil {
		return bigin.DataCenter{}, err
	}
	return bigin.ParseDataCenter(name)
}

func parseLevel(text string) (level slog.Level, err error) {
	name, err := parseChoice(text, "debug", "info", "warn", "error")
	if err == nil {
		err = level.UnmarshalText([]byte(name))
	}
	return level, err
}

// parseURL accepts the address of a server that secrets may travel to. The
// error does not repeat it, as it could hold a password.
func parseURL(example string) func(string) (string, error) {
	return func(text string) (string, error) {
		u, err := url.Parse(text)
		switch {
		case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
			return "", errors.New("not the address of a server; write it like " + example)
		case bigin.SecureURL(u) != nil:
			return "", fmt.Errorf("%s://%s would show the secrets to the network; use https", u.Scheme, u.Host)
		}
		return strings.TrimSuffix(u.String(), "/"), nil
	}
}

// parseProfile accepts what can be part of a file name.
func parseProfile(text string) (string, error) {
	for i, r := range text {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
		if !letter && (i == 0 || r != '-' && r != '.') {
			return "", fmt.Errorf("%q cannot be the name of a profile; use letters, digits, . _ and -", text)
		}
	}
	if text == "" || len(text) > 64 {
		return "", errors.New("the name of a profile has 1 to 64 letters")
	}
	return text, nil
}
