package rooms

import (
	"time"

	"parley/text"
)

// Notice is a line for one person, in English: who shows it puts it into their language, and its time on their clock.
type Notice struct {
	text.Line
	At time.Time // the time that the line names, as Minute writes it, before anything that people wrote; zero for none
}

// Minute writes a time as the sentences of this package name it: in UTC, to the minute.
func Minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
