package chat

import (
	"strings"
	"time"
)

// dayForms are the ways to write a day, a month or a year, and what is added to reach the one after.
var dayForms = [...]struct {
	form                string
	years, months, days int
}{
	{"2006-1-2", 0, 0, 1}, {"2006/1/2", 0, 0, 1}, {"2006年1月2日", 0, 0, 1},
	{"2006-1", 0, 1, 0}, {"2006/1", 0, 1, 0}, {"2006年1月", 0, 1, 0},
	{"2006", 1, 0, 0}, {"2006年", 1, 0, 0},
}

// day reads a day on the caller's clock: 2026-11-22, today, yesterday, tomorrow, monday for the last one. A month
// (2026-11) or a year is read, too. It lasts from its first moment to before the first of the next.
func (in *call) day(typed string) (from, to time.Time, err error) {
	now := in.chat.now().In(in.zone())
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	word := strings.ToLower(typed)
	const none = -2
	back := none
	switch word {
	case "today", "今日":
		back = 0
	case "yesterday", "昨日":
		back = 1
	case "tomorrow", "明日":
		back = -1
	default:
		for d := time.Sunday; d <= time.Saturday; d++ {
			if name := strings.ToLower(d.String()); len(word) >= 3 && strings.HasPrefix(name, word) {
				back = (int(today.Weekday()-d)+6)%7 + 1
			}
		}
	}
	if back != none {
		from = today.AddDate(0, 0, -back)
		return from, from.AddDate(0, 0, 1), nil
	}
	for _, f := range dayForms {
		if t, e := time.ParseInLocation(f.form, word, now.Location()); e == nil && t.Year() > 0 {
			return t, t.AddDate(f.years, f.months, f.days), nil
		}
	}
	return from, to, in.wrong("cannot read %s as a day: write it like 2026-11-22, 2026-11, today, yesterday, tomorrow or monday", printable(typed))
}
