package settings

import (
	"fmt"
	"strings"
)

// UsageError is a mistake of the person who typed the command or wrote the
// config file. Its text names the thing and the remedy.
type UsageError struct{ text string }

func (e *UsageError) Error() string { return e.text }

// Misuse returns a UsageError.
func Misuse(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}

// DidYouMean returns the nearest of the names as a question, or otherwise if none
// is near.
func DidYouMean(name string, names []string, otherwise string) string {
	if best, ok := nearest(name, names); ok {
		return "did you mean " + best + "?"
	}
	return otherwise
}

// nearest returns the name that was most likely meant, if there is one: one that
// begins the same way, or that differs in a few letters.
func nearest(name string, names []string) (string, bool) {
	name = fold(name)
	best, least := "", max(2*typo, len(name)*typo/3)+1
	for _, candidate := range names {
		d := distance(name, fold(candidate))
		if len(name) > 2 && strings.HasPrefix(fold(candidate), name) {
			d = min(d, swap)
		}
		if d < least && d < len(name)*typo {
			best, least = candidate, d
		}
	}
	return best, best != ""
}

// fold makes names equal that differ only in what people confuse.
func fold(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimLeft(name, "-")), "_", "-")
}

// The weights of mistakes: people swap two letters more often than they miss one.
const (
	typo = 2
	swap = 1
)

// distance returns the weight of the letters to insert, delete, replace or swap.
func distance(a, b string) int {
	before, last := []int{}, make([]int, len(b)+1)
	for j := range last {
		last[j] = j * typo
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i * typo
		for j := 1; j <= len(b); j++ {
			replaced := last[j-1]
			if a[i-1] != b[j-1] {
				replaced += typo
			}
			row[j] = min(last[j]+typo, row[j-1]+typo, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+swap)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
