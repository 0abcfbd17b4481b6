package lang

import (
	"strconv"
	"time"
)

// weekdays of the short form, from Sunday on.
const weekdays = "日月火水木金土"

// Day is the day of a moment, in its zone: "Mon 2 Jan 2006".
func (t Tag) Day(at time.Time) string {
	if t != Ja {
		return at.Format("Mon 2 Jan 2006")
	}
	day := []rune(weekdays)[at.Weekday()]
	return at.Format("2006年1月2日") + "(" + string(day) + ")"
}

// Clock12 is a time of day by the clock of twelve hours: "2:02pm". Noon is 12:00pm; a Japanese afternoon begins at 0.
func (t Tag) Clock12(at time.Time) string {
	if t != Ja {
		return at.Format("3:04pm")
	}
	half, hour := "午前", at.Hour()
	if hour >= 12 {
		half, hour = "午後", hour-12
	}
	return half + strconv.Itoa(hour) + at.Format(":04")
}

// Clock12Cols is the width of the widest Clock12.
func (t Tag) Clock12Cols() int {
	if t == Ja {
		return 9
	}
	return 7
}
