package fs

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/biginfs/biginfs/bigin"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const (
	linkSuffix  = ".jpg"
	maxFileName = 255 // bytes
	maxIDSuffix = len(" (9223372036854775807)")
	noName      = "unnamed"
)

// safeName turns the name of a record into a file name, without the suffix and
// short enough to leave room for it and an id. The result is readable, on one
// line, in NFC, and harmless to a shell, to a file manager, and to Windows
// (through Samba).
func safeName(name string) string {
	s := norm.NFC.String(strings.ToValidUTF8(name, "\uFFFD"))
	s = strings.Map(safeRune, s)
	s = strings.TrimFunc(s, unicode.IsSpace)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "-") || strings.HasPrefix(s, "~") {
		s = "_" + s[1:] // hidden, an option, a home
	}
	s = cutName(s, maxFileName-len(linkSuffix)-maxIDSuffix-1)
	s = strings.TrimRight(s, ". ")
	if s == "" {
		return noName
	}
	if reserved(s) {
		stem, _, _ := strings.Cut(s, ".")
		s = stem + "_" + s[len(stem):] // Windows looks only at what precedes the first dot
	}
	return s
}

// safeRune replaces what must not be in a name: separators, what Windows refuses,
// control characters, and those that change the direction of text so that one
// name reads like another.
func safeRune(r rune) rune {
	switch {
	case strings.ContainsRune(`/\<>:"|?*`, r), unicode.IsControl(r),
		unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control), r == '\uFEFF':
		return '_'
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

// cutName cuts s to at most n bytes, and never between a character and what
// combines with it.
func cutName(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && (!utf8.RuneStart(s[n]) || combines(s[n:])) {
		n--
	}
	return s[:n]
}

// combines reports whether s begins with something that belongs to the character
// before it.
func combines(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.In(r, unicode.M, unicode.Join_Control, unicode.Variation_Selector)
}

// reserved reports whether s is a name that Windows keeps for a device, or one
// that programs look for in every directory: such probes must cost nothing.
//
// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
func reserved(s string) bool {
	s = strings.ToLower(s)
	switch s {
	case "folder", "cover", "front", "thumb", "albumart", "albumartsmall", "poster", "fanart", "backdrop", "landscape", "logo":
		return true
	}
	stem, _, _ := strings.Cut(s, ".")
	stem = strings.TrimRight(stem, " ")
	switch stem {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	number, ok := strings.CutPrefix(stem, "com")
	if !ok {
		number, ok = strings.CutPrefix(stem, "lpt")
	}
	return ok && utf8.RuneCountInString(number) == 1 && strings.Contains("123456789¹²³", number)
}

// foldName maps names that differ only in case or normalization to the same one.
func foldName(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return norm.NFC.String(cases.Fold().String(norm.NFD.String(s)))
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// withID makes a name differ from others like it.
func withID(name string, id bigin.RecordID) string { return name + " (" + id.String() + ")" }
