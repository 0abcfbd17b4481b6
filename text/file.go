package text

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Bounds on the name of a file: what any file system takes that it may be copied to.
const (
	MaxFileName      = 120 // columns
	maxFileNameBytes = 255
)

// dayForm is the name of a day's log in the folder of a room.
const dayForm = "2006-01-02.txt"

var errFileName = errors.New("a file needs a name")

// FileName reads the name of a file that somebody puts into a room: one line without a slash, at most MaxFileName
// columns and 255 bytes. What is not composed (NFC) becomes so, because some systems decompose names; whatever else
// would have to be cleaned is an error, so that a name always finds its file again. A name such as
// 2026-11-22.txt is that of a day's log.
func FileName(s string) (Line, error) {
	l := NewLine(s, MaxFileName)
	switch _, err := time.Parse(dayForm, s); {
	case s == "" || s == "." || s == "..":
		return Line{}, errFileName
	case strings.ContainsAny(s, "/\x00"):
		return Line{}, fmt.Errorf("the name of a file has no slash in it: %s", Quote(s))
	case l.s != norm.NFC.String(s) || len(l.s) > maxFileNameBytes:
		if l.IsZero() || len(l.s) > maxFileNameBytes {
			return Line{}, fmt.Errorf("the name of a file has at most %d columns and %d bytes of printable text: %s", MaxFileName, maxFileNameBytes, Quote(s))
		}
		return Line{}, fmt.Errorf("the name %s is too long or has characters that cannot be shown: call the file %s", Quote(s), Quote(l.s))
	case err == nil:
		return Line{}, fmt.Errorf("%s is the name of that day's log: give the file another name", s)
	}
	return l, nil
}

// DayName is the name of a day's log in the folder of a room.
func DayName(day time.Time) Line { return Line{day.Format(dayForm)} }

// ParseDay reads the name of a day's log; false for any other name. The day begins at midnight in zone.
func ParseDay(name string, zone *time.Location) (time.Time, bool) {
	day, err := time.ParseInLocation(dayForm, name, zone)
	return day, err == nil && day.Format(dayForm) == name
}
