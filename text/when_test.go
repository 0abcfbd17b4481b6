package text

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func TestParseSpan(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		in   string
		want time.Duration
	}{
		{"90s", 90 * time.Second}, {"30m", 30 * time.Minute}, {"2h30m", 150 * time.Minute}, {"3d", 3 * day}, {"1w", 7 * day}, {"1W 2D", 9 * day},
		{"2 hours 30 minutes", 150 * time.Minute}, {" 1 week ", 7 * day}, {"5min", 5 * time.Minute}, {"1hr", time.Hour}, {"260w", 260 * 7 * day}, {"1825d", MaxSpan}, {"0d1s", time.Second},
	} {
		if got, err := ParseSpan(c.in); got != c.want || err != nil {
			t.Errorf("ParseSpan(%q) = %v, %v; want %v", c.in, got, err, c.want)
		}
	}
	for in, why := range map[string]string{
		"": "how long", "30": "30m", "1h 5": "5m", "h": "cannot read", "1y": "cannot read", "-5m": "cannot read", "1.5h": "cannot read", "5 m x": "cannot read", "２h": "cannot read",
		"0m": "nothing", "0s0s": "nothing", "1826d": "five years", "262w": "five years", "9999999999999999999d": "five years", strings.Repeat("1000d", 1000): "five years",
		"\x1b[2J": "cannot read", strings.Repeat("x", 1<<20): "cannot read",
	} {
		if got, err := ParseSpan(in); err == nil || !strings.Contains(err.Error(), why) || len(err.Error()) > 300 {
			t.Errorf("ParseSpan(%.20q) = %v, %.300v; want an error with %q", in, got, err, why)
		}
	}
}

func TestParseWhen(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 5, 30, 20, 0, time.UTC) // in Tokyo Sunday, 14:30:20
	for in, want := range map[string]string{
		"in 2h": "2026-11-22 16:30", "2h": "2026-11-22 16:30", "in 2 hours 5 minutes": "2026-11-22 16:35", "in 1w": "2026-11-29 14:30",
		"14:31": "2026-11-22 14:31", "14:30": "2026-11-23 14:30", "9:00": "2026-11-23 09:00", "9am": "2026-11-23 09:00", "9:30PM": "2026-11-22 21:30", "12am": "2026-11-23 00:00", "12pm": "2026-11-23 12:00", "0:05": "2026-11-23 00:05",
		"tomorrow": "2026-11-23 09:00", "tomorrow 8:15": "2026-11-23 08:15", "Tomorrow at 8am": "2026-11-23 08:00", "today 18:00": "2026-11-22 18:00",
		"mon 8:00": "2026-11-23 08:00", "Sunday": "2026-11-29 09:00", "thurs": "", "thu": "2026-11-26 09:00", "sat 8pm": "2026-11-28 20:00", "tues": "2026-11-24 09:00",
		"2026-12-01 10:00": "2026-12-01 10:00", "2026-12-01": "2026-12-01 09:00", "2026-12-01T10:00": "2026-12-01 10:00", "2031-11-20": "2031-11-20 09:00",
		"": "", "  ": "", "in": "", "in x": "", "soon": "", "30": "", "25:00": "", "14:60": "", "14:3": "", "13pm": "", "0am": "", "today": "", "today 9:00": "", "2026-11-22 14:30": "", "2020-01-01": "",
		"2026-02-30": "", "2036-01-01": "", "in 6 d 2": "", "tomorrow 8:00 x": "", "mon 8": "", "in 9999d": "", "\u202e14:30": "", ":": "", "1:": "", ":30": "", "am": "",
	} {
		got, err := ParseWhen(in, now, tokyo)
		switch {
		case want == "" && err == nil:
			t.Errorf("ParseWhen(%q) = %v, want an error", in, got)
		case want != "" && (err != nil || got.In(tokyo).Format("2006-01-02 15:04") != want):
			t.Errorf("ParseWhen(%q) = %v, %v; want %s", in, got, err, want)
		}
	}
	if _, err := ParseWhen("2020-01-01", now, tokyo); err == nil || !strings.Contains(err.Error(), "passed") {
		t.Errorf("the error for a time that has passed is %v", err)
	}
	for _, wrong := range []string{"25:00", "14:60", "13:00pm", "tomorrow 25:00", "tomorrow at 24:30"} {
		if _, err := ParseWhen(wrong, now, tokyo); !errors.Is(err, errClock) {
			t.Errorf("ParseWhen(%q) fails with %v, want what a time of day is", wrong, err)
		}
	}
}

func TestCutWhen(t *testing.T) {
	now := time.Date(2026, 11, 22, 5, 30, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"in 2h call Bo": "call Bo", "in 2 hours 30 min call  Bo": "call  Bo", "  tomorrow 9:00\n- one\n- two ": "- one\n- two", "tomorrow 3 things": "3 things", "tomorrow 1:1 with Bo": "1:1 with Bo", "mon at the office": "at the office",
		"10m": "", "tomorrow at 9am at home": "at home", "18:00 in 2h": "in 2h",
	} {
		if _, rest, err := CutWhen(in, now, time.UTC); rest != want || err != nil {
			t.Errorf("CutWhen(%q) leaves %q, %v; want %q", in, rest, err, want)
		}
	}
}

// A day on which clocks go forward lacks an hour; asking for it still gives a time of that day.
func TestParseWhenClocksSkipIt(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseWhen("2027-03-28 02:30", time.Date(2027, 3, 1, 0, 0, 0, 0, berlin), berlin)
	if err != nil || got.Format(time.DateOnly) != "2027-03-28" {
		t.Errorf("%v, %v", got, err)
	}
}

func FuzzWhen(f *testing.F) {
	for _, s := range []string{"in 2h30m", "tomorrow 9:00 x", "mon at 8am", "2026-12-01T10:00", "1w2d", "99999999999d"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 22, 5, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseSpan(s); err == nil && (d <= 0 || d > MaxSpan) {
			t.Errorf("ParseSpan(%q) = %v", s, d)
		}
		at, rest, err := CutWhen(s, now, time.UTC)
		if err == nil && (!at.After(now) || at.Sub(now) > MaxSpan || !strings.Contains(s, rest)) {
			t.Errorf("CutWhen(%q) = %v, %q", s, at, rest)
		}
	})
}
