package bigin_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin"
)

func TestParseRecordID(t *testing.T) {
	for _, c := range []struct {
		in   string
		want bigin.RecordID // 0: refused
	}{
		{"1", 1},
		{"2034020000000489033", 2034020000000489033},
		{"9223372036854775807", math.MaxInt64},
		{"9223372036854775808", 0},
		{"", 0}, {"0", 0}, {"00", 0}, {"01", 0}, {"+1", 0}, {"-1", 0}, {" 1", 0}, {"1 ", 0},
		{"1_0", 0}, {"0x1", 0}, {"1e3", 0}, {"1.0", 0}, {"١", 0}, {"１", 0}, {"1\x00", 0},
		{".Trash", 0}, {"autorun.inf", 0}, {"photo.jpg", 0}, {"..", 0}, {strings.Repeat("1", 300), 0},
	} {
		got, err := bigin.ParseRecordID(c.in)
		if got != c.want || (err == nil) != (c.want != 0) {
			t.Errorf("%q: %d, %v", c.in, got, err)
		}
		if err != nil && !errors.Is(err, bigin.ErrInvalidID) {
			t.Errorf("%q: %v", c.in, err)
		}
	}
}

// Each record has one spelling: what parses is what String writes.
func FuzzParseRecordID(f *testing.F) {
	for _, s := range []string{"2034020000000489033", "0", "-1", "+7", "007", "9223372036854775808", "", "photo.jpg", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := bigin.ParseRecordID(s)
		if err != nil {
			if id != 0 || !errors.Is(err, bigin.ErrInvalidID) {
				t.Errorf("%q: %d, %v", s, id, err)
			}
			return
		}
		if id <= 0 || id.String() != s {
			t.Errorf("%q is %d, spelled %q", s, id, id.String())
		}
	})
}
