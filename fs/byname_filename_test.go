package fs

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// hostile are names that people, imports and attackers have given to records.
var hostile = []string{
	"", " ", "\t\n", "\u3000", "\u00a0", ".", "..", "...", ". .", "-", "--", "-rf", "--help", "~", "~root", "-.", ".-", " .hidden", ".hidden", "._x",
	"a/b", "/", "//", "/etc/passwd", "../../etc/passwd", "a\\b", "a:b", `q"u"o`, "<b>", "a|b", "a?b", "a*b",
	"nul\x00inside", "\x00", "line\nbreak", "\r\n", "bell\a", "esc\x1b[31m", "del\x7f", "c1\u0085\u009b", "\u2028\u2029",
	"\u202egpj.exe", "abc\u202ecod", "\u2066x\u2069", "\u200f\u200e", "\u061cx", "\ufeffbom", "\ufeff",
	"end.", "end ", "end. . ", "dots....", "x.jpg", ".jpg", "jpg", "a.tar.gz",
	"con", "CON", "Con ", "con.txt", "CON.TXT.JPG", "con .txt", "prn", "aux", "AUX.c", "nul", "NUL.", "com1", "COM9", "COM¹", "com²", "Lpt³.x", "lpt1.txt", "com0", "com10", "conin$", "CONOUT$", "con\u200b",
	"folder", "Folder", "folder.old", "cover", "thumb", "AlbumArtSmall", "desktop.ini", "Thumbs.db", "autorun.inf",
	"\xff", "\xff\xfe\xfd", "a\xc3", "\xed\xa0\x80surrogate", "a\xf0\x9f", "\xc0\xaf..",
	"Zoë", "Zoe\u0308", "ZOË", "zoë", "ZOE\u0308", "Å", "A\u030a", "\u212b", "ﬁ", "fi", "FI", "Straße", "STRASSE", "strasse", "ẞ", "İstanbul", "istanbul", "ıstanbul", "Istanbul", "ΣΊΣΥΦΟΣ", "σίσυφος", "σίσυφοσ",
	"가", "\u1100\u1161", "क़", "\u0915\u093c", "\u0958", "<\u0338", "=\u0338", "~\u0303", ".\u0301x", "-\u0301", "\u0301", "\u200d", "\u200b",
	"👩‍👩‍👧‍👦", "🇩🇪", "✈️", "日本語の名前", "עברית", "العربية", "Łukasz Żółć",
	strings.Repeat("x", 400), strings.Repeat("é", 200), strings.Repeat("e\u0301", 150), strings.Repeat("名", 140), strings.Repeat("😀", 100), strings.Repeat("נ", 200), strings.Repeat("ก็", 70),
	"a" + strings.Repeat("\u0301", 200), strings.Repeat("\u0301", 200), strings.Repeat(".", 400), strings.Repeat(" ", 400), strings.Repeat("-", 400), strings.Repeat("/", 400),
	strings.Repeat("x", 227) + "é", strings.Repeat("x", 227) + "\u0301y", strings.Repeat("x", 226) + ". . . . y", strings.Repeat("👩‍👩‍👧‍👦", 20), "con" + strings.Repeat(" ", 240) + ".x", "con." + strings.Repeat("x", 400),
	"Ada Lovelace", "ada lovelace", "ADA LOVELACE", "Ada  Lovelace", "Ada Lovelace (1)", "Ada Lovelace (2)", "Ada Lovelace (3) (3)", "unnamed", "Unnamed (4)",
}

// wantSafe says what is wrong with a file name, if anything.
func wantSafe(t *testing.T, shown, name string) {
	t.Helper()
	stem, ok := strings.CutSuffix(name, linkSuffix)
	first, _ := utf8.DecodeRuneInString(stem)
	last, _ := utf8.DecodeLastRuneInString(stem)
	for _, c := range []struct {
		wrong string
		is    bool
	}{
		{"has not the suffix", !ok},
		{"is empty", stem == ""},
		{"is too long", len(name) > maxFileName},
		{"is not UTF-8", !utf8.ValidString(name)},
		{"is not NFC", !norm.NFC.IsNormalString(name)},
		{"holds what a system refuses", strings.ContainsAny(name, `/\<>:"|?*`+"\x00")},
		{"holds a control", strings.ContainsFunc(name, unicode.IsControl)},
		{"turns the direction", strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) })},
		{"has more than one line", strings.ContainsAny(name, "\u2028\u2029")},
		{"begins badly", strings.ContainsRune(".-~ ", first) || unicode.IsSpace(first)},
		{"ends badly", last == '.' || unicode.IsSpace(last)},
		{"is a device of Windows, or looked for in every folder", onWindows(stem) || probed[strings.ToLower(stem)]},
	} {
		if c.is {
			t.Errorf("%q became %q, which %s", shown, name, c.wrong)
		}
	}
}

// onWindows tells what Windows takes for a device, as its documentation says,
// in other words than the code.
//
// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
func onWindows(stem string) bool {
	stem, _, _ = strings.Cut(strings.ToUpper(stem), ".")
	stem = strings.TrimRight(stem, " ")
	for _, device := range []string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} {
		if stem == device {
			return true
		}
	}
	for _, digit := range "123456789¹²³" {
		if stem == "COM"+string(digit) || stem == "LPT"+string(digit) {
			return true
		}
	}
	return false
}

// probed are pictures that programs look for in every folder.
var probed = map[string]bool{"folder": true, "cover": true, "thumb": true, "albumart": true, "albumartsmall": true}

func TestSafeName(t *testing.T) {
	for _, shown := range hostile {
		wantSafe(t, shown, safeName(shown)+linkSuffix)
	}
	for shown, want := range map[string]string{
		"Ada Lovelace":                 "Ada Lovelace",
		"  Ada\tLovelace  ":            "Ada_Lovelace",
		"Ada\u00a0Lovelace":            "Ada Lovelace",
		"":                             "unnamed",
		" . ":                          "_",
		"..":                           "_",
		".profile":                     "_profile",
		"-rf":                          "_rf",
		"~root":                        "_root",
		"AC/DC":                        "AC_DC",
		"St. Mary's, Inc.":             "St. Mary's, Inc",
		"con.txt":                      "con_.txt",
		"CON":                          "CON_",
		"Conrad":                       "Conrad",
		"COM¹":                         "COM¹_",
		"com10":                        "com10",
		"folder":                       "folder_",
		"Zoe\u0308":                    "Zoë",
		"\u202egpj.exe":                "_gpj.exe",
		"a\xc3b":                       "a\ufffdb",
		strings.Repeat("名", 140):       strings.Repeat("名", 76),
		"日本語":                          "日本語",
		strings.Repeat("x", 228) + "y": strings.Repeat("x", 228),
	} {
		if got := safeName(shown); got != want {
			t.Errorf("%q became %q, want %q", shown, got, want)
		}
	}
}

// A cut never leaves a letter without the accent that it had, nor half of one.
func TestSafeNameIsCutAtACharacter(t *testing.T) {
	for n := range 40 {
		shown := strings.Repeat("x", 200+n) + strings.Repeat("q\u0323", 100) // there is no such letter in one piece
		got := strings.TrimLeft(safeName(shown), "x")
		if strings.ReplaceAll(got, "q\u0323", "") != "" {
			t.Errorf("after %d letters: %q", 200+n, got)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	for _, shown := range hostile {
		f.Add(shown)
	}
	f.Fuzz(func(t *testing.T, shown string) {
		name := safeName(shown)
		wantSafe(t, shown, name+linkSuffix)
		wantSafe(t, shown, withID(name, 1<<63-1)+linkSuffix)
		if reserved(name) {
			t.Errorf("%q became %q, which is never looked up", shown, name)
		}
	})
}

// Names of which only one can be on a disk that ignores case or normalisation.
func TestFoldName(t *testing.T) {
	for _, same := range [][]string{
		{"Zoë", "Zoe\u0308", "ZOË", "zoe\u0308"},
		{"Å", "A\u030a", "\u212b", "å"},
		{"Straße", "STRASSE"},
		{"ΣΊΣΥΦΟΣ", "σίσυφος"},
		{"가", "\u1100\u1161"},
	} {
		for _, s := range same {
			if foldName(s) != foldName(same[0]) {
				t.Errorf("%q and %q are told apart", s, same[0])
			}
		}
	}
	for _, other := range [][2]string{{"Zoe", "Zoë"}, {"a b", "ab"}, {"1", "¹"}} {
		if foldName(other[0]) == foldName(other[1]) {
			t.Errorf("%q and %q are taken for the same", other[0], other[1])
		}
	}
}
