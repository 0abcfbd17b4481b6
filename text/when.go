package text

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// MaxSpan is the longest time from now that people may ask for: five years.
const MaxSpan = 5 * 365 * 24 * time.Hour

// morning is the hour that a day without a time of day means.
const morning = 9

var (
	errSpanTooLong = errors.New("that is longer than five years: choose a shorter time")
	errClock       = errors.New("there is no such time of day: write it like 9:30, 21:30 or 9pm")
	errPast        = errors.New("that time has passed: choose one to come")
)

// ParseSpan reads how long something lasts as people type it: 90s, 30m, 2h30m, 3d, "1 week", "2 hours 30 min".
// A number needs its unit. It is more than nothing and at most MaxSpan; a day is 24 hours.
func ParseSpan(s string) (time.Duration, error) {
	rest := strings.ToLower(strings.TrimSpace(s))
	if rest == "" {
		return 0, errors.New("how long? Write a time like 30m, 2h30m, 3d or 1w")
	}
	var sum time.Duration
	for rest != "" {
		digits := leading(rest, isDigitByte)
		after := strings.TrimLeft(rest[len(digits):], " ")
		word := leading(after, isLetterByte)
		unit := unitOf(word)
		switch {
		case digits == "" || unit == 0 && after != "":
			return 0, fmt.Errorf("cannot read %s as a length of time: write it like 30m, 2h30m, 3d or 1w", quoted(s))
		case word == "":
			return 0, fmt.Errorf("%s needs a unit: write %[2]sm for minutes, %[2]sh for hours or %[2]sd for days", quoted(s), NewLine(digits, 12))
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n > int64(MaxSpan/unit) || sum+time.Duration(n)*unit > MaxSpan {
			return 0, errSpanTooLong
		}
		sum += time.Duration(n) * unit
		rest = strings.TrimLeft(after[len(word):], " ")
	}
	if sum == 0 {
		return 0, errors.New("a time of nothing does nothing: write at least 1s")
	}
	return sum, nil
}

// unitOf is the length of a unit by the words for it, 0 if there is none.
func unitOf(word string) time.Duration {
	switch word {
	case "s", "sec", "secs", "second", "seconds":
		return time.Second
	case "m", "min", "mins", "minute", "minutes":
		return time.Minute
	case "h", "hr", "hrs", "hour", "hours":
		return time.Hour
	case "d", "day", "days":
		return 24 * time.Hour
	case "w", "week", "weeks":
		return 7 * 24 * time.Hour
	}
	return 0
}

// leading is the beginning of s of which every byte is as wanted.
func leading(s string, want func(byte) bool) string {
	n := 0
	for n < len(s) && want(s[n]) {
		n++
	}
	return s[:n]
}

func isDigitByte(c byte) bool  { return c >= '0' && c <= '9' }
func isLetterByte(c byte) bool { return c >= 'a' && c <= 'z' }

// ParseWhen reads a time to come as people type it, on the clock of loc:
//
//	in 2h, 45m            from now
//	14:30, 9am, 9:30pm    the next time that it is so late
//	tomorrow, fri         at nine in the morning; a weekday is the next one after today
//	tomorrow 9:00, mon 8am, today 18:00
//	2026-12-01, 2026-12-01 10:00
//
// It is after now, by at most MaxSpan.
func ParseWhen(s string, now time.Time, loc *time.Location) (time.Time, error) {
	t, rest, err := CutWhen(s, now, loc)
	if err == nil && rest != "" {
		return time.Time{}, errWhen(s)
	}
	return t, err
}

// CutWhen reads a time as ParseWhen does from the first words of s, as many as belong to it, and
// returns what follows: "tomorrow 9:00 call Bo" gives "call Bo".
func CutWhen(s string, now time.Time, loc *time.Location) (t time.Time, rest string, err error) {
	w := whenReader{words: strings.Fields(s), now: now.In(loc)}
	if len(w.words) == 0 {
		return time.Time{}, "", errors.New("when? Write a time like in 2h, 14:30, tomorrow 9:00, mon 8:00 or 2026-12-01 10:00")
	}
	if t, err = w.read(); err != nil {
		return time.Time{}, "", err
	}
	switch {
	case t.IsZero():
		return time.Time{}, "", errWhen(s)
	case !t.After(now):
		return time.Time{}, "", errPast
	case t.Sub(now) > MaxSpan:
		return time.Time{}, "", errSpanTooLong
	}
	return t, afterWords(s, w.used), nil
}

func errWhen(s string) error {
	return fmt.Errorf("cannot read %s as a time: write it like in 2h, 14:30, tomorrow 9:00, mon 8:00 or 2026-12-01 10:00", quoted(s))
}

// afterWords is s without its first n words and the blanks around them.
func afterWords(s string, n int) string {
	for range n {
		s = strings.TrimLeft(s, " \t\n")
		if i := strings.IndexAny(s, " \t\n"); i >= 0 {
			s = s[i:]
		} else {
			s = ""
		}
	}
	return strings.TrimSpace(s)
}

// whenReader reads a time from words.
type whenReader struct {
	words []string
	used  int // of words
	now   time.Time
}

// next is the word that is to be read, in lower case; empty at the end.
func (w *whenReader) next() string {
	if w.used == len(w.words) {
		return ""
	}
	return strings.ToLower(w.words[w.used])
}

// read reads a time; zero if the words are none.
func (w *whenReader) read() (time.Time, error) {
	if w.next() == "in" {
		w.used++
		return w.span()
	}
	if day, ok := w.day(); ok {
		w.used++
		if w.next() == "at" && w.used+1 < len(w.words) {
			next := strings.ToLower(w.words[w.used+1])
			if _, _, ok := clock(next); ok || likeClock(next) {
				w.used++
			}
		}
		hour, minute := morning, 0
		if h, m, ok := clock(w.next()); ok {
			hour, minute = h, m
			w.used++
		} else if likeClock(w.next()) {
			return time.Time{}, errClock
		}
		return at(day, hour, minute), nil
	}
	if hour, minute, ok := clock(w.next()); ok {
		w.used++
		t := at(w.now, hour, minute)
		if !t.After(w.now) {
			t = at(w.now.AddDate(0, 0, 1), hour, minute)
		}
		return t, nil
	}
	if date, err := time.ParseInLocation("2006-01-02T15:04", strings.ToUpper(w.next()), w.now.Location()); err == nil {
		w.used++
		return date, nil
	}
	if likeClock(w.next()) {
		return time.Time{}, errClock
	}
	return w.span()
}

// likeClock reports whether a word is meant as a time of day: 25:00 is, and 1:1 is not.
func likeClock(word string) bool {
	hour, minute, _ := strings.Cut(word, ":")
	digits := leading(minute, isDigitByte)
	rest := minute[len(digits):]
	return hour != "" && leading(hour, isDigitByte) == hour && len(digits) == 2 && (rest == "" || rest == "am" || rest == "pm")
}

// span reads as many words as make a length of time.
func (w *whenReader) span() (time.Time, error) {
	if w.used == len(w.words) {
		_, err := ParseSpan("")
		return time.Time{}, err
	}
	from := w.used
	d, err := ParseSpan(w.words[from])
	w.used++
	for n := from + 2; n <= min(len(w.words), from+8); n++ { // "2 hours 30 minutes" is four words
		if longer, e := ParseSpan(strings.Join(w.words[from:n], " ")); e == nil {
			d, err, w.used = longer, nil, n
		}
	}
	if err != nil && !isDigitByte(w.words[from][0]) {
		return time.Time{}, nil
	}
	return w.now.Add(d), err
}

// day reads a word that means a day.
func (w *whenReader) day() (time.Time, bool) {
	word := w.next()
	switch word {
	case "today":
		return w.now, true
	case "tomorrow", "tmrw":
		return w.now.AddDate(0, 0, 1), true
	}
	if t, err := time.ParseInLocation(time.DateOnly, word, w.now.Location()); err == nil {
		return t, true
	}
	if len(word) < 3 {
		return time.Time{}, false
	}
	for d := range 7 {
		t := w.now.AddDate(0, 0, d+1)
		name := strings.ToLower(t.Weekday().String())
		if word == name || word == name[:3] || word == name[:min(4, len(name))] && len(word) == 4 {
			return t, true
		}
	}
	return time.Time{}, false
}

// at is a time of day; where clocks skip it that day, it is one beside the gap.
func at(day time.Time, hour, minute int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, day.Location())
}

// clock reads a time of day: 9:00, 09:05, 14:30, 9am, 9:30pm.
func clock(word string) (hour, minute int, ok bool) {
	half := ""
	for _, suffix := range []string{"am", "pm"} {
		if rest, found := strings.CutSuffix(word, suffix); found {
			word, half = rest, suffix
		}
	}
	h, m, colon := strings.Cut(word, ":")
	if !colon && half == "" || len(h) > 2 || colon && len(m) != 2 || leading(h+m, isDigitByte) != h+m {
		return 0, 0, false
	}
	hour, err := strconv.Atoi(h)
	if colon {
		minute, _ = strconv.Atoi(m) // two digits
	}
	if half != "" {
		ok = hour >= 1 && hour <= 12
		hour %= 12
		if half == "pm" {
			hour += 12
		}
		return hour, minute, ok && err == nil && minute < 60
	}
	return hour, minute, err == nil && hour < 24 && minute < 60
}
