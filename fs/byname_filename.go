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

// safeName makes a file name of what Bigin shows, without the suffix and short
// enough for it and an id: readable, one line, in NFC, and such that a shell,
// Windows (through Samba) and a file manager take it for what it is.
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
		s = stem + "_" + s[len(stem):] // Windows looks at what comes before the first dot
	}
	return s
}

// safeRune replaces what must not be in a name: separators, what Windows
// refuses, control characters, and those that turn the direction of text so
// that a name reads as another.
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

// cutName cuts to n bytes at most, before a character that would lose what
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

// combines tells whether the text begins with what belongs to the character
// before it.
func combines(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.In(r, unicode.M, unicode.Join_Control, unicode.Variation_Selector)
}

// reserved tells names that Windows keeps for devices, and those that programs
// look for in every folder: their probes must cost nothing.
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

// foldName maps names that differ in case or normalisation only to the same.
func foldName(s string) string { return norm.NFC.String(cases.Fold().String(norm.NFD.String(s))) }

// withID tells a name apart from others like it.
func withID(name string, id bigin.RecordID) string { return name + " (" + id.String() + ")" }
