package text

import (
	"strings"
	"testing"
	"time"
)

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{
		"report.pdf":             "report.pdf",
		".bashrc":                ".bashrc",
		"a b (2).txt":            "a b (2).txt",
		"報告書.pdf":                "報告書.pdf",
		"e\u0301te\u0301.txt":    "\u00e9t\u00e9.txt", // as macOS sends it
		strings.Repeat("x", 120): strings.Repeat("x", 120),
		"2026-13-01.txt":         "2026-13-01.txt", // no day
		"2026-1-1.txt":           "2026-1-1.txt",
	} {
		if got, err := FileName(in); err != nil || got.String() != want {
			t.Errorf("FileName(%q) is %q (%v), want %q", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", ".", "..", "a/b", "/etc/passwd", "../x", "a\x00b", "a\nb", "a\x1b[31m.txt", "a\u202etxt.exe", "a\u009b", " a", "a ", "\xff",
		strings.Repeat("x", 121), strings.Repeat("語", 100), "2026-11-22.txt", "\u200b",
	} {
		if got, err := FileName(in); err == nil {
			t.Errorf("FileName(%q) is %q", in, got)
		}
	}
}

func TestParseDay(t *testing.T) {
	zone := time.FixedZone("", 9*3600)
	day, ok := ParseDay("2026-11-22.txt", zone)
	if !ok || !day.Equal(time.Date(2026, 11, 22, 0, 0, 0, 0, zone)) || DayName(day).String() != "2026-11-22.txt" {
		t.Errorf("the day is %v, %v", day, ok)
	}
	for _, in := range []string{"", "2026-11-22", "2026-11-2.txt", "2026-02-30.txt", "x2026-11-22.txt"} {
		if day, ok := ParseDay(in, zone); ok {
			t.Errorf("%q is the day %v", in, day)
		}
	}
}
